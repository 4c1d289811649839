package io.flowledger.deploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * Reads from a server. What it cannot read is a {@link CommandFailure} that says why; a server that
 * is not ready yet (503) is asked again as it wishes, for half a minute.
 */
public final class ServerClient {

  /** What servers want of whoever operates them, so that no page of a browser can. */
  public static final String OPERATOR = "Flowledger-Operator";

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
  private static final int MAX_PAGE = 500;
  private static final Map<String, String> JSON = Map.of("Accept", "application/json");

  private final HttpClient http;
  private final String url;
  private final Map<String, String> headers;
  private final Optional<String> asOf;
  private final Pause pause;

  /**
   * What the server has answered.
   *
   * @param text of the JSON, as it came
   * @param nextCursor where the listing goes on, if it does
   */
  public record Answer(String text, JsonNode json, Optional<String> nextCursor) {}

  /**
   * @param url of the server, without a slash at its end
   * @param headers of every request
   * @param asOf moment of which every answer is, if not of now
   */
  public ServerClient(String url, Map<String, String> headers, Optional<String> asOf, Pause pause) {
    this(url, headers, asOf, pause, Authorities.known());
  }

  /** The same, of a server whose certificate is of some authority. */
  public ServerClient(
      String url,
      Map<String, String> headers,
      Optional<String> asOf,
      Pause pause,
      Authorities authorities) {
    this(
        authorities
            .trustedBy(HttpClient.newBuilder())
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build(),
        url,
        headers,
        asOf,
        pause);
  }

  private ServerClient(
      HttpClient http,
      String url,
      Map<String, String> headers,
      Optional<String> asOf,
      Pause pause) {
    this.http = http;
    this.url = url;
    this.headers = headers;
    this.asOf = asOf;
    this.pause = pause;
  }

  /** The same, over the same connections, for somebody else: with these headers instead. */
  public ServerClient withHeaders(Map<String, String> others) {
    return new ServerClient(http, url, others, asOf, pause);
  }

  /** Whether it asks whoever that URL names, as far as it can be seen. */
  public boolean asks(String other) {
    return url.equalsIgnoreCase(other.replaceFirst("/+$", ""));
  }

  public Answer get(Resource resource) {
    return get(resource, Integer.MAX_VALUE);
  }

  /**
   * The same where there is not room for any answer.
   *
   * @param mostBytes of the answer; a longer one is a failure
   */
  public Answer get(Resource resource, int mostBytes) {
    return answer(open(resource, JSON), mostBytes);
  }

  /** The same of what may not be there. */
  public Optional<Answer> find(Resource resource) {
    return find(resource, Integer.MAX_VALUE);
  }

  /**
   * The same where there is not room for any answer.
   *
   * @param mostBytes of the answer; a longer one is a failure
   */
  public Optional<Answer> find(Resource resource, int mostBytes) {
    HttpResponse<InputStream> response = opened(request(resource, JSON));
    if (response.statusCode() == 404) {
      message(response); // it has to be read
      return Optional.empty();
    }
    return Optional.of(answer(found(response), mostBytes));
  }

  /** Has an object changed. */
  public Answer patch(Resource resource, String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + resource))
            .timeout(ANSWER_LIMIT)
            .method("PATCH", HttpRequest.BodyPublishers.ofString(json));
    headers.forEach(request::setHeader);
    request.setHeader("Content-Type", "application/json");
    return answer(open(request.build()), Integer.MAX_VALUE);
  }

  private Answer answer(HttpResponse<InputStream> response, int mostBytes) {
    String text = text(response, mostBytes).strip();
    return new Answer(
        text,
        Json.parse(text),
        response.headers().firstValue("X-Next-Cursor").filter(cursor -> !cursor.isEmpty()));
  }

  /** The pages of a listing, until there are that many rows. */
  public List<Answer> pages(Resource listing, int rows) {
    List<Answer> pages = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    int missing = rows;
    do {
      Answer page =
          get(listing.with("_limit", Math.min(missing, MAX_PAGE)).with("_cursor", cursor));
      pages.add(page);
      missing -= page.json().size();
      cursor = page.nextCursor();
    } while (missing > 0 && cursor.isPresent());
    return pages;
  }

  /** The rows of those pages. */
  public List<JsonNode> rows(Resource listing, int rows) {
    return pages(listing, rows).stream().flatMap(page -> Json.stream(page.json())).toList();
  }

  /**
   * Reads a long answer a line at a time, to its end, or until the reader has enough.
   *
   * @param goesOn takes a line; whether it wants the next one
   */
  public void lines(
      Resource resource, Map<String, String> requestHeaders, Predicate<String> goesOn) {
    lines(open(resource, requestHeaders), goesOn);
  }

  private void lines(HttpResponse<InputStream> response, Predicate<String> goesOn) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!goesOn.test(line)) {
          return;
        }
      }
    } catch (IOException e) {
      throw cutOff();
    }
  }

  /** Opens a long answer of bytes. */
  public InputStream stream(Resource resource, Map<String, String> requestHeaders) {
    return open(resource, requestHeaders).body();
  }

  private HttpResponse<InputStream> open(Resource resource, Map<String, String> requestHeaders) {
    return open(request(resource, requestHeaders));
  }

  private HttpResponse<InputStream> open(HttpRequest request) {
    return found(opened(request));
  }

  private HttpResponse<InputStream> found(HttpResponse<InputStream> response) {
    if (response.statusCode() != 200) {
      throw refusal(response);
    }
    return response;
  }

  /** Whatever the server answers, when it is ready. */
  private HttpResponse<InputStream> opened(HttpRequest request) {
    Duration waited = Duration.ZERO;
    while (true) {
      HttpResponse<InputStream> response = exchange(request);
      if (response.statusCode() != 503) {
        return response;
      }
      Duration next = retryAfter(response);
      waited = waited.plus(next);
      String reason = message(response);
      if (waited.compareTo(PATIENCE) > 0) {
        throw new CommandFailure.Unavailable(
            "the server at %s is not ready (%s); try again later".formatted(url, reason));
      }
      pause(next);
    }
  }

  /**
   * Has an operator's request carried out: sends what may be long, and reads the answer a line at a
   * time, however long that takes.
   *
   * @param goesOn takes a line; whether it wants the next one
   */
  public void post(Resource resource, HttpRequest.BodyPublisher body, Predicate<String> goesOn) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + resource)).header(OPERATOR, "1").POST(body);
    headers.forEach(request::setHeader);
    lines(open(request.build()), goesOn);
  }

  private HttpRequest request(Resource resource, Map<String, String> requestHeaders) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + resource.with("as_of", asOf)))
            .timeout(ANSWER_LIMIT);
    headers.forEach(request::setHeader);
    requestHeaders.forEach(request::setHeader);
    return request.build();
  }

  private HttpResponse<InputStream> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException e) {
      throw new CommandFailure.Unavailable(
          "the server at %s does not answer in time; try again later".formatted(url));
    } catch (SSLException e) {
      throw new CommandFailure.Unavailable(
          ("the server at %s cannot be trusted, or speaks no TLS (%s); does %s name the authority"
                  + " of its certificate?")
              .formatted(url, e.getMessage(), Authorities.VARIABLE));
    } catch (IOException e) {
      throw new CommandFailure.Unavailable(
          ("no server answers at %s; start one with 'flowledger serve', name another one with"
                  + " --server URL, or read a data folder with --data DIR")
              .formatted(url));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private CommandFailure refusal(HttpResponse<InputStream> response) {
    String reason = message(response);
    return switch (response.statusCode()) {
      case 400 -> CommandFailure.misused(reason);
      case 401, 403 ->
          CommandFailure.failed(
              "the server at %s refuses this: %s; is METAFLOW_SERVICE_AUTH_KEY set to its key?"
                  .formatted(url, reason));
      case 404 -> CommandFailure.notFound(reason);
      default ->
          response.statusCode() >= 500
              ? new CommandFailure.Unavailable("the server at %s: %s".formatted(url, reason))
              : CommandFailure.failed("the server at %s: %s".formatted(url, reason));
    };
  }

  /** What the server says of an error; the status where it says nothing. */
  private String message(HttpResponse<InputStream> response) {
    Optional<String> message = Optional.empty();
    try {
      message = Json.text(Json.parse(text(response, Integer.MAX_VALUE)), "message");
    } catch (CommandFailure noJson) {
      // told below
    }
    return Visible.all(
        message.orElse(
            "status %d for %s".formatted(response.statusCode(), response.uri().getRawPath())));
  }

  private String text(HttpResponse<InputStream> response, int mostBytes) {
    try (InputStream body = response.body()) {
      byte[] bytes = body.readNBytes(mostBytes);
      if (bytes.length == mostBytes && body.read() >= 0) {
        throw CommandFailure.failed(
            "the answer of %s has more than %d bytes"
                .formatted(response.uri().getPath(), mostBytes));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw cutOff();
    }
  }

  public CommandFailure cutOff() {
    return new CommandFailure.Unavailable("the answer of %s was cut off".formatted(url));
  }

  private static Duration retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(seconds -> seconds.matches("[1-9]\\d{0,5}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(ASK_AGAIN);
  }

  private void pause(Duration time) {
    try {
      pause.of(time);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  public static CommandFailure interrupted() {
    Thread.currentThread().interrupt();
    return CommandFailure.failed("interrupted");
  }
}
