package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.RawConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a URI asks for takes memory too, where it is a long one. */
final class LongUrisTest {

  private static final int MEMORY_BYTES = 400_000;

  private final Vertx vertx = Vertx.vertx();
  private final RequestMemory memory = new RequestMemory(MEMORY_BYTES);
  private final BlockingQueue<RoutingContext> waiting = new LinkedBlockingQueue<>();
  private int port;

  @BeforeEach
  void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Duration minute = Duration.ofMinutes(1);
    HttpConfig config = new HttpConfig("127.0.0.1", port, 1 << 20, MEMORY_BYTES, minute, minute);
    Routes routes = this::mount;
    new WebServer(vertx, config, memory, "test", Telemetry.counting(new SimpleMeterRegistry()))
        .start(List.of(routes))
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void mount(Router router) {
    router.route(HttpMethod.GET, "/now").handler(request -> request.response().end("now"));
    router.route(HttpMethod.GET, "/later").handler(waiting::add);
  }

  private RawConnection.Answer get(String path, int length) {
    try (RawConnection connection = new RawConnection(port)) {
      return send(connection, path, length).answer();
    }
  }

  private static RawConnection send(RawConnection connection, String path, int length) {
    String uri = path + "?" + "q".repeat(length);
    return connection.send("GET " + uri + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  @Test
  void oneThatIsHeldKeepsOthersOutUntilItIsAnswered() throws Exception {
    try (RawConnection held = new RawConnection(port)) {
      send(held, "/later", 12_000);
      RoutingContext request = waiting.poll(20, TimeUnit.SECONDS);
      assertThat(request).isNotNull();
      assertThat(memory.held()).isEqualTo(24L * ("/later?".length() + 12_000));

      assertThat(get("/now", 12_000).status()).isEqualTo(503);
      assertThat(get("/now", 100).status()).isEqualTo(200);

      request.response().end("later");
      assertThat(held.answer().body()).isEqualTo("later");
      assertThat(get("/now", 12_000).status()).isEqualTo(200);
      assertThat(memory.held()).isZero();
    }
  }

  @Test
  void oneForWhichThereNeverIsRoomIsTooLarge() {
    assertThat(get("/now", 20_000).status()).isEqualTo(413);
    assertThat(memory.held()).isZero();
  }

  @Test
  void theConnectionOfAVeryLongOneIsNotKept() {
    assertThat(get("/now", 10_000).closes()).isTrue();
    assertThat(get("/now", 4_000).closes()).isFalse();
  }
}
