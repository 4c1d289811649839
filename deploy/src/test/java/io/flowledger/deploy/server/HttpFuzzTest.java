package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent, every answer is one of a well-made server, and none is missing: no status of
 * 500 and more but 503 with {@code Retry-After}. Over all paths, methods, ways of framing, and
 * bodies.
 */
class HttpFuzzTest {

  private static final int REQUESTS = 1_000;
  private static final int PATIENCE_MS = 20_000;
  private static final Pattern STATUS = Pattern.compile("\\AHTTP/1\\.[01] (\\d{3}) ");

  private static final List<String> METHODS =
      List.of(
          "GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS",
          "TRACE", "CONNECT", "BREW");

  /** {@code *} is a name. */
  private static final List<String> PATHS =
      List.of(
          "/flows",
          "/flows/*",
          "/flows/*/run",
          "/flows/*/runs",
          "/flows/*/runs/*",
          "/flows/*/runs/*/heartbeat",
          "/flows/*/runs/*/tag/mutate",
          "/flows/*/runs/*/metadata",
          "/flows/*/runs/*/artifacts",
          "/flows/*/runs/*/status",
          "/flows/*/runs/*/diff",
          "/flows/*/runs/*/events",
          "/flows/*/runs/*/steps",
          "/flows/*/runs/*/steps/*",
          "/flows/*/runs/*/steps/*/step",
          "/flows/*/runs/*/steps/*/task",
          "/flows/*/runs/*/steps/*/tasks",
          "/flows/*/runs/*/steps/*/filtered_tasks",
          "/flows/*/runs/*/steps/*/tasks/*",
          "/flows/*/runs/*/steps/*/tasks/*/metadata",
          "/flows/*/runs/*/steps/*/tasks/*/artifact",
          "/flows/*/runs/*/steps/*/tasks/*/artifacts",
          "/flows/*/runs/*/steps/*/tasks/*/artifacts/*/attempt/*",
          "/flows/*/runs/*/steps/*/tasks/*/attempt/*/artifacts",
          "/events",
          "/search",
          "/audit/head",
          "/ping",
          "/version",
          "/healthcheck",
          "/metrics",
          "/auth/token",
          "/flowledger/import",
          "/flowledger/numbers",
          "/flowledger/dead-letters",
          "/flowledger/dead-letters/*",
          "/schema-registry/",
          "/schema-registry/subjects",
          "/schema-registry/subjects/*/versions/*",
          "/schema-registry/schemas/ids/*",
          "/schema-registry/config/*",
          "*",
          "/*",
          "");

  private static final List<String> NAMES =
      List.of(
          "F",
          "1",
          "0",
          "-1",
          "99999999999999999999",
          "start",
          ".",
          "..",
          "%2e",
          "%2E.",
          ".%2e",
          "%2e%2e",
          "%2F",
          "%2f..%2f",
          "%",
          "%zz",
          "%00",
          "%ff",
          "%C3%A9",
          "%46",
          "a;b",
          "a\\b",
          "..\\",
          "a+b",
          "~",
          "\u00e4",
          "null",
          "latest",
          "x".repeat(300),
          "",
          "@",
          ":name",
          "*");

  private static final List<String> QUERIES =
      List.of(
          "",
          "",
          "",
          "?_limit=1",
          "?_limit=-1",
          "?_limit=x",
          "?_limit=99999999999999999999",
          "?_cursor=x",
          "?_cursor=e30%3D",
          "?as_of=x",
          "?as_of=0@0",
          "?as_of=2020-01-01",
          "?%",
          "?%zz=1",
          "?status:co=running",
          "?ts_epoch:li=%25",
          "?_tags:likeany=%25",
          "?key=a&value=(",
          "?op=re&value=(.*a){100}c",
          "?pattern=(",
          "?a=%ff",
          "?&&=",
          "?from=x&to=y",
          "?\u00e4");

  private static final List<String> BODIES =
      List.of(
          "",
          "{}",
          "[]",
          "[{}]",
          "{\"user_name\": 1}",
          "null",
          "nul",
          "{",
          "\"\\ud800\"",
          "1e999",
          "{\"tags\": [1]}",
          "{\"tags_to_add\": [\"a\"]}",
          "[{\"field_name\": \"a\"}]",
          "[{\"name\": \"a\", \"attempt_id\": 1e40}]",
          "{\"run_number\": \"..\"}",
          "\u0000\u00ff",
          "{\"schema\": \"{\"}",
          "a=b&c=%zz",
          "[".repeat(5_000),
          "{\"flow\": \"F\"}\n");

  private static final List<String> HEADERS =
      List.of(
          "",
          "",
          "",
          "Content-Type: application/json\r\n",
          "Content-Type: ;;\r\n",
          "Content-Encoding: gzip\r\n",
          "Accept: ;q=x,,*/*;q=9\r\n",
          "Accept-Encoding: gzip\r\n",
          "If-None-Match: \"\r\n",
          "Idempotency-Key: a\r\nIdempotency-Key: b\r\n",
          "Flowledger-Min-Position: x\r\n",
          "Prefer: respond-async\r\n",
          "Expect: 100-continue\r\n",
          "Upgrade: h2c\r\n",
          "Host: y\r\n",
          "X-Folded: a\r\n b\r\n",
          "Cookie: ;=\r\n",
          "Range: bytes=0-\r\n",
          "Last-Event-ID: x\r\n");

  @Test
  void everyAnswerIsThatOfAWellMadeServer() throws IOException {
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    Random random = new Random(seed);
    try (TestServer server = TestServer.start()) {
      for (int i = 0; i < REQUESTS; i++) {
        String request = request(random);
        String answer = exchange(server.port(), request);
        assertThat(answer)
            .as("-Dflowledger.test.seed=%d, request %d: %s", seed, i, shown(request))
            .satisfies(HttpFuzzTest::check);
      }
    }
  }

  private static String shown(String request) {
    return request.length() > 2_000 ? request.substring(0, 2_000) : request;
  }

  private static void check(String answer) {
    Matcher status = STATUS.matcher(answer);
    assertThat(status.find()).isTrue();
    int code = Integer.parseInt(status.group(1));
    if (code >= 500) {
      assertThat(code).isEqualTo(503);
      assertThat(answer).containsIgnoringCase("\r\nretry-after: ");
    }
  }

  private static String any(Random random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static String request(Random random) {
    StringBuilder path = new StringBuilder();
    for (char c : any(random, PATHS).toCharArray()) {
      path.append(c == '*' ? any(random, NAMES) : Character.toString(c));
    }
    for (int edits = random.nextInt(8) / 6; edits > 0; edits--) {
      path.insert(random.nextInt(path.length() + 1), any(random, NAMES).replace(' ', '+'));
    }
    return any(random, METHODS)
        + " "
        + path
        + any(random, QUERIES)
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + any(random, HEADERS)
        + framed(random, any(random, BODIES));
  }

  private static String framed(Random random, String body) {
    String chunk = "%x\r\n%s\r\n".formatted(body.length(), body);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
      case 5, 6 ->
          "Transfer-Encoding: chunked\r\n\r\n" + (body.isEmpty() ? "" : chunk) + "0\r\n\r\n";
      case 7 -> "Transfer-Encoding: chunked\r\n\r\n" + "zz\r\n" + body;
      case 8 ->
          "Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n"
              .formatted(body.length(), chunk);
      case 9 -> "Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + body;
      case 10 -> "Content-Length: x\r\n\r\n" + body;
      default -> "\r\n" + body;
    };
  }

  /** All that comes until the server closes, which it has to. */
  private static String exchange(int port, String text) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MS);
      try {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      } catch (SocketException closed) {
        // it has answered already
      }
      byte[] answer = socket.getInputStream().readNBytes(1 << 20);
      return new String(answer, ISO_8859_1);
    }
  }
}
