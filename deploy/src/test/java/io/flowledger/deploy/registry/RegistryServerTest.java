package io.flowledger.deploy.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of requests that the registry's topic keeps waiting, or cannot answer. */
class RegistryServerTest {

  private static final int MAX_WAITING = 256;

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final CountDownLatch started = new CountDownLatch(MAX_WAITING);
  private final CountDownLatch answer = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  @BeforeEach
  void start() {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            request -> {
              request.next();
              started.countDown();
            });
    RegistryServer.Mounted routes = new RegistryServer(vertx, metrics).mount(router, "/r");
    routes.get(
        "/slow",
        request -> {
          await(answer);
          return new JsonObject().put("slow", true);
        });
    routes.get(
        "/broken",
        request -> {
          throw new KafkaException("no broker");
        });
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    port = server.actualPort();
  }

  @AfterEach
  void stop() {
    answer.countDown();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private CompletableFuture<HttpResponse<String>> get(String path) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/r" + path))
            .version(HttpClient.Version.HTTP_1_1)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static void refused(HttpResponse<String> response, int status, int code, String why) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type"))
        .isEqualTo(Optional.of("application/vnd.schemaregistry.v1+json"));
    assertThat(new JsonObject(response.body()))
        .isEqualTo(new JsonObject().put("error_code", code).put("message", why));
  }

  @Test
  void moreThanMayWaitAreToldToComeBack() {
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < MAX_WAITING; i++) {
      waiting.add(get("/slow"));
    }
    await(started);

    HttpResponse<String> oneMore = get("/slow").join();
    refused(oneMore, 503, 503, "too many requests are waiting for the registry");
    assertThat(oneMore.headers().firstValue("Retry-After")).isEqualTo(Optional.of("1"));
    assertThat(metrics.counter("flowledger.registry.refused", "code", "503").count()).isEqualTo(1);

    answer.countDown();
    assertThat(waiting.stream().map(one -> one.join().body()).distinct())
        .containsExactly("{\"slow\":true}");
  }

  @Test
  void aTopicThatCannotBeReachedIsAnErrorOfTheStore() {
    refused(get("/broken").join(), 500, 50001, "Error in the backend data store: no broker");
  }
}
