package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.http.fixture.RawConnection;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.http.telemetry.EndedRequest;
import io.flowledger.http.trace.TraceParent;
import io.flowledger.http.trace.Traces;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is measured and told of requests, whatever becomes of them. */
class TelemetryTest {

  private static final String SPAN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final Vertx VERTX = Vertx.vertx();
  private static final SimpleMeterRegistry METRICS = new SimpleMeterRegistry();
  private static final BlockingQueue<EndedRequest> ENDED = new LinkedBlockingQueue<>();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static int port;

  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Routes routes =
        router -> {
          router.get("/things/:thing").handler(request -> request.end("this"));
          router.get("/faults/:thing").handler(TelemetryTest::fault);
          router.get("/silent").handler(request -> {});
        };
    Routes refusing =
        new Routes() {
          @Override
          public void mount(io.vertx.ext.web.Router router) {}

          @Override
          public void admit(RoutingContext request) {
            if (request.request().headers().contains("Refuse")) {
              throw RefusedException.forbidden("no");
            }
            Caller.isCredential(request, "anna");
          }
        };
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1", port, 1 << 20, 1 << 24, Duration.ofSeconds(5), Duration.ofSeconds(5));
    new WebServer(
            VERTX,
            config,
            new RequestMemory(1 << 24),
            "test",
            new Telemetry(METRICS, Traces.PASSED_ON, List.of(ENDED::add)))
        .start(List.of(refusing, routes))
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private static void fault(RoutingContext request) {
    throw new IllegalStateException("a fault");
  }

  @BeforeEach
  void forget() {
    ENDED.clear();
  }

  private static HttpResponse<String> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static EndedRequest ended() throws InterruptedException {
    EndedRequest ended = ENDED.poll(10, TimeUnit.SECONDS);
    assertThat(ended).isNotNull();
    return ended;
  }

  private static long count(String method, String route, int status, String error) {
    Timer timer =
        METRICS
            .find("http.server.request.duration")
            .tags(
                "http.request.method",
                method,
                "http.route",
                route,
                "http.response.status_code",
                Integer.toString(status),
                "error.type",
                error)
            .timer();
    return timer == null ? 0 : timer.count();
  }

  @Test
  void aRequestIsToldWithTheTemplateOfItsRoute() throws Exception {
    long before = count("GET", "/things/:thing", 200, "");
    assertThat(send("GET", "/things/7?a=b").body()).isEqualTo("this");
    EndedRequest ended = ended();
    assertThat(ended.route()).isEqualTo("/things/:thing");
    assertThat(ended.target()).isEqualTo("/things/7?a=b");
    assertThat(ended.method()).isEqualTo("GET");
    assertThat(ended.status()).isEqualTo(200);
    assertThat(ended.bytes()).isEqualTo(4);
    assertThat(ended.nanos()).isPositive();
    assertThat(ended.address()).isEqualTo("127.0.0.1");
    assertThat(ended.credential()).isEqualTo("anna");
    assertThat(ended.protocol()).isEqualTo("HTTP/1.1");
    assertThat(count("GET", "/things/:thing", 200, "")).isEqualTo(before + 1);
  }

  @Test
  void whatIsRefusedIsToldByTheRouteThatItWasMeantFor() throws Exception {
    assertThat(send("GET", "/things/7", "Refuse", "1").statusCode()).isEqualTo(403);
    assertThat(ended()).returns(403, EndedRequest::status);
    assertThat(count("GET", "/things/:thing", 403, "")).isEqualTo(1);
    assertThat(send("DELETE", "/things/7").statusCode()).isEqualTo(405);
    assertThat(ended()).returns("/things/:thing", EndedRequest::route);
    assertThat(count("DELETE", "/things/:thing", 405, "")).isEqualTo(1);
  }

  @Test
  void neverByItsPath() throws Exception {
    assertThat(send("GET", "/nothing/7").statusCode()).isEqualTo(404);
    assertThat(ended()).returns("", EndedRequest::route);
    assertThat(send("MADEUP", "/nothing/8").statusCode()).isEqualTo(404);
    assertThat(ended()).returns("MADEUP", EndedRequest::method);
    assertThat(count("GET", "none", 404, "")).isEqualTo(1);
    assertThat(count("_OTHER", "none", 404, "")).isEqualTo(1);
  }

  @Test
  void faultsOfTheServerAreErrors() throws Exception {
    HttpResponse<String> answer = send("GET", "/faults/7", "X-Request-Id", "mine");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("mine");
    assertThat(ended()).returns("/faults/:thing", EndedRequest::route);
    assertThat(count("GET", "/faults/:thing", 500, "500")).isEqualTo(1);
  }

  @Test
  void anAnswerHasTheIdOfItsRequestOrANewOne() throws Exception {
    assertThat(send("GET", "/things/1", "X-Request-Id", "a-1").headers().map())
        .containsEntry("x-request-id", List.of("a-1"));
    assertThat(ended().id()).isEqualTo("a-1");
    HttpResponse<String> unfit = send("GET", "/things/1", "X-Request-Id", "a b");
    String made = unfit.headers().firstValue("X-Request-Id").orElseThrow();
    assertThat(made).matches("[0-9a-f]{16}");
    assertThat(ended().id()).isEqualTo(made);
  }

  @Test
  void aRequestIsPartOfTheTraceThatItNames() throws Exception {
    send("GET", "/things/1", "traceparent", SPAN);
    EndedRequest ended = ended();
    assertThat(ended.trace().parent())
        .hasValueSatisfying(span -> assertThat(span).hasToString(SPAN));
    assertThat(ended.trace().own().map(TraceParent::traceId))
        .hasValue("4bf92f3577b34da6a3ce929d0e0e4736");
    send("GET", "/things/1", "traceparent", "00-nonsense");
    assertThat(ended().trace().own()).isEmpty();
  }

  @Test
  void whatIsNoHttpIsToldToo() throws Exception {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("GET / HTTP/1.1\r\nno header\r\n\r\n");
      RawConnection.Answer answer = connection.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.head()).containsIgnoringCase("X-Request-Id: ");
    }
    EndedRequest ended = ended();
    assertThat(ended.status()).isEqualTo(400);
    assertThat(ended.route()).isEmpty();
    assertThat(ended.address()).isEqualTo("127.0.0.1");
  }

  @Test
  void aClientThatHasGoneIsToldAsSuch() throws Exception {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("GET /silent HTTP/1.1\r\nHost: x\r\n\r\n");
      await()
          .until(() -> METRICS.get("http.server.active_requests").gauge().value(), n -> n == 1.0);
    }
    assertThat(ended()).returns(EndedRequest.CLIENT_GONE, EndedRequest::status);
    assertThat(count("GET", "/silent", 499, "")).isEqualTo(1);
    assertThat(METRICS.get("http.server.active_requests").gauge().value()).isZero();
  }

  @Test
  void methodsAreCountedAsBefore() throws Exception {
    send("GET", "/things/1");
    ended();
    List<Map.Entry<String, String>> tags = new ArrayList<>();
    METRICS
        .get("flowledger.http.requests")
        .tags("method", "GET", "status", "200")
        .counter()
        .getId()
        .getTags()
        .forEach(tag -> tags.add(Map.entry(tag.getKey(), tag.getValue())));
    assertThat(tags)
        .containsExactlyInAnyOrder(Map.entry("method", "GET"), Map.entry("status", "200"));
  }

  /** What cannot even be routed is over like everything else. */
  @Test
  void aPathThatIsNoneIsToldToo() throws Exception {
    try (Socket client = new Socket("127.0.0.1", port)) {
      client.setSoTimeout(10_000);
      client
          .getOutputStream()
          .write("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] begin = client.getInputStream().readNBytes(12);
      assertThat(new String(begin, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
    }
    EndedRequest ended = ended();
    assertThat(ended.status()).isEqualTo(400);
    assertThat(ended.route()).isEmpty();
  }
}
