package io.flowledger.deploy.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request and the answer that it must get, as a file of the corpus has them:
 *
 * <pre>{@code
 * # A comment is a line that begins with a hash sign.
 *
 * === the title
 * POST /flows/F/run
 * Content-Type: application/json
 *
 * {"user_name": "bob"}
 *
 * <<< 200
 * Content-Type: text/plain; charset=utf-8
 *
 * {"flow_id": "F", "run_number": 1, "user_name": "bob", "ts_epoch": <ms first>, ...}
 * }</pre>
 *
 * <p>Headers and body of the request may be missing. What is sent besides is Host, {@code
 * Connection: close} and, unless the request is chunked, Content-Length.
 *
 * <p>The status may be one of several: {@code 400|413}. A header of the answer has the value that
 * is stated, or {@code <any>}, or is {@code <absent>}; Allow is compared as a set, and a cursor is
 * stated decoded: {@code X-Next-Cursor: <cursor {"ts_epoch": <ms first>, "run_number": 1}>}.
 * X-Limit, X-Next-Cursor and Allow are absent where they are not stated, and every answer has the
 * version header. The body is compared byte for byte; a line break in it, with the white space
 * after it, stands for one blank, so that a list can have an object per line.
 *
 * <p>{@link ConformancePlaceholders} has the placeholders.
 *
 * @param line where it is in its file, from 1
 * @param requestBody empty if there is none
 * @param body empty if there is none
 */
public record ConformanceExchange(
    int line,
    String title,
    String method,
    String target,
    List<Header> requestHeaders,
    String requestBody,
    Set<Integer> statuses,
    List<Header> headers,
    String body) {

  /** A header of a request or an answer. */
  public record Header(String name, String value) {
    static Header parse(String line) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IllegalArgumentException("not a header: " + line);
      }
      return new Header(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }

    /** The value of the first header of that name. */
    static Optional<String> find(List<Header> headers, String name) {
      return headers.stream()
          .filter(header -> header.name.equalsIgnoreCase(name))
          .map(Header::value)
          .findFirst();
    }

    @Override
    public String toString() {
      return name + ": " + value;
    }
  }

  /** The exchanges of a file, in order. */
  static List<ConformanceExchange> read(Path file) throws IOException {
    List<Block> requests = new ArrayList<>();
    List<Block> answers = new ArrayList<>();
    Block block = new Block(1, "what comes before the first title", new ArrayList<>());
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      if (line.startsWith("=== ") || line.startsWith("<<< ")) {
        block = new Block(number, line.substring(4).strip(), new ArrayList<>());
        (line.startsWith("=== ") ? requests : answers).add(block);
      } else if (!line.startsWith("#")) {
        block.lines.add(line);
      }
    }
    if (requests.size() != answers.size()) {
      throw new IllegalArgumentException(file + ": a request without an answer, or the reverse");
    }
    List<ConformanceExchange> exchanges = new ArrayList<>();
    Set<String> titles = new HashSet<>();
    for (int i = 0; i < requests.size(); i++) {
      ConformanceExchange exchange = parse(requests.get(i), answers.get(i));
      if (!titles.add(exchange.title)) {
        throw new IllegalArgumentException(file + ": two exchanges titled " + exchange.title);
      }
      exchanges.add(exchange);
    }
    return List.copyOf(exchanges);
  }

  private static ConformanceExchange parse(Block request, Block answer) {
    String[] requestLine = request.lines.get(0).split(" ", 2);
    Block rest =
        new Block(request.line, request.heading, request.lines.subList(1, request.lines.size()));
    String body = answer.body().stream().map(String::strip).collect(Collectors.joining(" "));
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(body)) {
      throw new IllegalArgumentException("line " + answer.line + ": an answer is ASCII");
    }
    return new ConformanceExchange(
        request.line,
        request.heading,
        requestLine[0],
        requestLine[1],
        rest.headers(),
        String.join("\n", rest.body()),
        Arrays.stream(answer.heading.split("\\|"))
            .map(Integer::valueOf)
            .collect(Collectors.toUnmodifiableSet()),
        answer.headers(),
        body);
  }

  /** Headers, a blank line, and a body that ends before the blank lines at the end. */
  private record Block(int line, String heading, List<String> lines) {
    List<Header> headers() {
      return lines.subList(0, endOfHeaders()).stream().map(Header::parse).toList();
    }

    List<String> body() {
      int end = lines.size();
      while (end > 0 && lines.get(end - 1).isBlank()) {
        end--;
      }
      return lines.subList(Math.min(endOfHeaders() + 1, end), end);
    }

    private int endOfHeaders() {
      int end = lines.indexOf("");
      return end < 0 ? lines.size() : end;
    }
  }
}
