package io.flowledger.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.RawConnection;
import io.flowledger.projector.fixture.Seed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests at the edges of HTTP/1.1 are answered, or refused and the connection closed. */
@Execution(ExecutionMode.SAME_THREAD)
final class ConnectionEdgesTest {

  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final String SMUGGLED = "GET /now/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

  private static final Vertx VERTX = Vertx.vertx();

  private static final AtomicInteger ASKED = new AtomicInteger();
  private static final CountDownLatch BROKEN_OFF = new CountDownLatch(1);

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1",
            port,
            MAX_BODY_BYTES,
            16 << 20,
            Duration.ofSeconds(60),
            Duration.ofSeconds(75));
    Routes routes =
        new Routes() {
          @Override
          public void mount(Router router) {
            ConnectionEdgesTest.mount(router);
          }

          @Override
          public RequestBody body(HttpMethod method, String path) {
            return path.equals("/lines") ? RequestBody.STREAM : RequestBody.WHOLE;
          }
        };
    new WebServer(
            VERTX,
            config,
            new RequestMemory(16 << 20),
            "test",
            Telemetry.counting(new SimpleMeterRegistry()))
        .start(List.of(routes))
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  @AfterAll
  static void stop() throws Exception {
    VERTX.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static String text(RoutingContext request) {
    return new String(Requests.body(request), StandardCharsets.UTF_8);
  }

  /** Counts how often it is asked what has gone wrong. */
  private static void tellLines(RoutingContext request) {
    JsonLines lines = new JsonLines(request);
    request
        .request()
        .body()
        .onSuccess(body -> lines.end("{}"))
        .onFailure(
            cause -> {
              lines.breakOff(cause, failure -> "asked " + ASKED.incrementAndGet());
              VERTX.runOnContext(done -> BROKEN_OFF.countDown());
            });
  }

  /** It is told so where that is found, and is no fault of the endpoint. */
  @Test
  void aBodyInLinesThatIsNoHttpIsNoFault() throws InterruptedException {
    try (RawConnection client = new RawConnection(port)) {
      client.send(
          "POST /lines HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFF\r\n");
      assertThat(client.answersToTheEnd())
          .singleElement()
          .satisfies(answer -> assertThat(answer.status()).isEqualTo(400));
    }
    assertThat(BROKEN_OFF.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(ASKED).hasValue(0);
  }

  private static void mount(Router router) {
    router
        .routeWithRegex(HttpMethod.GET, "/now/.*")
        .handler(request -> answer(request, request.request().path()));
    router.post("/lines").handler(ConnectionEdgesTest::tellLines);
    router.post("/now").handler(request -> answer(request, text(request)));
    router
        .post("/later")
        .handler(
            request ->
                VERTX
                    .executeBlocking(() -> text(request), false)
                    .onSuccess(body -> answer(request, body)));
    router.get("/large").handler(request -> answer(request, "x".repeat(300_000)));
  }

  private static void answer(RoutingContext request, String body) {
    request.response().end(body == null ? "" : body);
  }

  private static String post(String path, String body) {
    return "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, body.getBytes(UTF_8).length, body);
  }

  // ---- pipelines -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100, 126, 127, 128, 129, 500, 3000})
  void aPipelineOfAnyLengthIsAnsweredInOrder(int requests) throws InterruptedException {
    for (String path : List.of("/now", "/later", "/unknown")) {
      StringBuilder text = new StringBuilder();
      IntStream.range(0, requests).forEach(i -> text.append(post(path, "body " + i)));
      try (RawConnection connection = new RawConnection(port)) {
        sendAside(connection, text.toString());
        for (int i = 0; i < requests; i++) {
          RawConnection.Answer answer = connection.answer();
          boolean known = !path.equals("/unknown");
          assertThat(answer.status()).as(path + " " + i).isEqualTo(known ? 200 : 404);
          if (known) {
            assertThat(answer.body()).isEqualTo("body " + i);
          }
        }
      }
    }
  }

  /** So that neither waits for the other, whatever buffers hold. */
  private static void sendAside(RawConnection connection, String text) {
    Thread sender = new Thread(() -> connection.send(text), "sender");
    sender.setDaemon(true);
    sender.start();
  }

  @Test
  void pipelinesOfAnyRequestsInAnyPiecesAreAnsweredInOrder() {
    Random random = Seed.random("ConnectionEdgesTest.pipelines");
    for (int round = 0; round < 30; round++) {
      StringBuilder text = new StringBuilder();
      int requests = 1 + random.nextInt(400);
      int[] kinds = new int[requests];
      for (int i = 0; i < requests; i++) {
        kinds[i] = random.nextInt(6);
        String body = "body " + i + "x".repeat(random.nextInt(200));
        text.append(
            switch (kinds[i]) {
              case 0 -> post("/now", body);
              case 1 -> post("/later", body);
              case 2 -> "GET /now/" + i + " HTTP/1.1\r\nHost: x\r\n\r\n";
              case 3 -> post("/unknown", body);
              case 4 ->
                  "POST /later HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + "%x\r\n%s\r\n0\r\n\r\n".formatted(body.length(), body);
              default ->
                  random.nextInt(10) == 0
                      ? "GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
                      : "GET /now/../" + i + " HTTP/1.1\r\nHost: x\r\n\r\n";
            });
      }
      try (RawConnection connection = new RawConnection(port)) {
        sendAside(connection, text.toString());
        for (int i = 0; i < requests; i++) {
          RawConnection.Answer answer = connection.answer();
          assertThat(answer.status()).as("kind %d, %d of %d", kinds[i], i, requests).isIn(200, 404);
          if (kinds[i] <= 1 || kinds[i] == 4) {
            assertThat(answer.body()).startsWith("body " + i);
          } else if (kinds[i] == 2) {
            assertThat(answer.body()).isEqualTo("/now/" + i);
          }
        }
      }
    }
  }

  @Test
  void theLastOfAPipelineMayCloseIt() {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          post("/later", "a")
              + "GET /now/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
              + SMUGGLED);
      assertThat(connection.answersToTheEnd())
          .extracting(RawConnection.Answer::body)
          .containsExactly("a", "/now/b");
    }
  }

  // ---- heads that can be read in two ways ------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /now/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n",
        "GET /now/a HTTP/1.1\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n\tb\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost:\r\n x\r\n\r\n",
        "GET /now/a HTTP/1.1\r\n Host: x\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5 5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length\t: 5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n"
            + "Content-Length: 5\r\n\r\nhello",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
        "POST /now HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\nX-Null: a\u0000b\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\nX-Return: a\rb\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\n: no name\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "GET /now/a HTTP/1.1\r\nHost: x\r\nX(Odd): a\r\n\r\n",
        "GET /now/a HTTP/1.2\r\nHost: x\r\n\r\n",
        "GET /now/a HTTP/2.0\r\nHost: x\r\n\r\n",
        "POST /now HTTP/2.0\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /now/a http/1.1\r\nHost: x\r\n\r\n",
        "GET /now/a HTTP/01.1\r\nHost: x\r\n\r\n",
        "GET /now/a HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /now/a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n",
      })
  void whatCanBeReadInTwoWaysIsRefusedAndNothingBehindItIsRead(String head) {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(head + SMUGGLED + SMUGGLED);
      assertRefused(connection.answersToTheEnd());
    }
  }

  /** RFC 3986: whoever means a character that is not ASCII escapes it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/now/\u00fc",
        "/now/\u00c3\u00bc",
        "/now/%C3\u00bc",
        "/now/a?tag=\u00c3\u00bc",
        "/now/\u0001",
        "/now/a\u007f",
        "/now/\u0080",
        "/now/\u00e2\u0080\u0083",
      })
  void aTargetThatIsNotAsciiIsRefused(String target) {
    for (String method : List.of("GET", "POST")) {
      try (RawConnection connection = new RawConnection(port)) {
        connection.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED);
        List<RawConnection.Answer> answers = connection.answersToTheEnd();
        assertRefused(answers);
        assertThat(answers.get(0).body()).contains("has to be escaped, as in %C3%BC");
      }
    }
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("GET /now/%C3%BC?a=%C3%BC HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(connection.answer().body()).isEqualTo("/now/%C3%BC");
    }
  }

  @Test
  void aHeadThatIsTooLargeIsToldFromOneThatIsMalformed() {
    String line = "GET /now/%s HTTP/1.1\r\nHost: x\r\n\r\n";
    String header = "GET /now/a HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n";
    String headers = "GET /now/a HTTP/1.1\r\nHost: x\r\n%s\r\n";
    assertTooLarge(
        414, "its first line is longer than 65536 bytes", line.formatted("x".repeat(65_536)));
    assertTooLarge(
        414,
        "its first line is longer than 65536 bytes",
        line.formatted("x?y=" + "z".repeat(90_000)));
    assertTooLarge(
        431, "its headers are larger than 8192 bytes", header.formatted("x".repeat(8_192)));
    assertTooLarge(
        431, "its headers are larger than 8192 bytes", headers.formatted("A: b\r\n".repeat(3_000)));
    assertTooLarge(
        431,
        "its headers are larger than 8192 bytes",
        post("/now", "").replace("Host", "X".repeat(9_000) + ": y\r\nHost"));
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(line.formatted("x".repeat(65_000)));
      assertThat(connection.answer().status()).isEqualTo(200);
    }
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(header.formatted("x".repeat(8_000)));
      assertThat(connection.answer().status()).isEqualTo(200);
    }
  }

  private static void assertTooLarge(int status, String why, String head) {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(head + SMUGGLED);
      List<RawConnection.Answer> answers = connection.answersToTheEnd();
      assertThat(answers).hasSize(1);
      assertThat(answers.get(0).status()).isEqualTo(status);
      assertThat(answers.get(0).closes()).isTrue();
      assertThat(answers.get(0).body())
          .isEqualTo("{\"message\": \"the request cannot be read: " + why + "\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "-1\r\n",
        "\r\n",
        "5;\u0000\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "fffffffff\r\nhello",
        "+5\r\nhello\r\n",
        "5 5\r\nhello\r\n",
        "5\nhello\r\n",
        "5\r\nhelloworld\r\n0\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
        "0\r\nContent-Length: 5\r\nno colon\r\n\r\n"
      })
  void aMalformedChunkIsRefusedAndNothingBehindItIsRead(String chunk) {
    for (String path : List.of("/now", "/later")) {
      try (RawConnection connection = new RawConnection(port)) {
        connection.send(
            "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".formatted(path)
                + "2\r\nab\r\n"
                + chunk
                + SMUGGLED);
        assertRefused(connection.answersToTheEnd());
      }
    }
  }

  @Test
  void aMalformedBodyThatNobodyAskedForIsRefusedToo() {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          "GET /now/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + SMUGGLED);
      assertRefused(connection.answersToTheEnd());
    }
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("GET /now/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED);
      assertThat(connection.answer().body()).isEqualTo("/now/a");
      assertThat(connection.answer().body()).isEqualTo("/now/smuggled");
    }
  }

  @Test
  void whatIsBeforeARefusedRequestIsAnswered() {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          post("/later", "a") + "GET /now/b HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + SMUGGLED);
      List<RawConnection.Answer> answers = connection.answersToTheEnd();
      assertThat(answers.get(0).body()).isEqualTo("a");
      assertRefused(answers.subList(1, answers.size()));
    }
  }

  private static void assertRefused(List<RawConnection.Answer> answers) {
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).status()).isEqualTo(400);
    assertThat(answers.get(0).closes()).as(answers.get(0).head()).isTrue();
    assertThat(answers.get(0).body()).startsWith("{\"message\": \"").endsWith("\"}");
  }

  // ---- what may be ignored ---------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ\r\n",
        "Upgrade: h2c\r\n",
        "Upgrade: h2c\r\nConnection: Upgrade\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Expect: something\r\n",
        "TE: trailers\r\n",
        "X-Empty:\r\n",
        "X-Latin: \u00e4\r\n",
      })
  void whatNobodyNeedsToUnderstandIsIgnored(String header) {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("GET /now/a HTTP/1.1\r\nHost: x\r\n" + header + "\r\n");
      assertThat(connection.answer().body()).isEqualTo("/now/a");
      connection.send("GET /now/b HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(connection.answer().body()).isEqualTo("/now/b");
    }
  }

  @Test
  void anEarlierVersionNeedsNoHost() {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("GET /now/a HTTP/1.0\r\n\r\n");
      assertThat(connection.answersToTheEnd())
          .extracting(RawConnection.Answer::body)
          .containsExactly("/now/a");
    }
  }

  @Test
  void aFoldedLineOfABodyIsNoHeader() {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(post("/now", "a\r\n b\n\tc") + post("/now", "\r\n d"));
      assertThat(connection.answer().body()).isEqualTo("a\r\n b\n\tc");
      assertThat(connection.answer().body()).isEqualTo("\r\n d");
    }
  }

  @Test
  void aHeadThatComesByteByByteIsReadLikeAnyOther() throws IOException {
    try (RawConnection connection = new RawConnection(port)) {
      String request = "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok";
      request.chars().forEach(c -> connection.send(Character.toString(c)));
      assertThat(connection.answer().body()).isEqualTo("ok");
      "GET /now/a HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n\r\n"
          .chars()
          .forEach(c -> connection.send(Character.toString(c)));
      assertRefused(connection.answersToTheEnd());
    }
  }
}
