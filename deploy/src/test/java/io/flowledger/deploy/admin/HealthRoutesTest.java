package io.flowledger.deploy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.Readiness;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.Router;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthRoutesTest {

  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));

  private static volatile Readiness readiness = new Readiness(true, "");
  private static volatile Optional<String> unwritable = Optional.empty();
  private static int port;

  @BeforeAll
  static void start() {
    ReadModel readModel =
        (ReadModel)
            Proxy.newProxyInstance(
                ReadModel.class.getClassLoader(),
                new Class<?>[] {ReadModel.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("readiness");
                  return readiness;
                });
    Router router = Router.router(VERTX);
    new HealthRoutes(VERTX, readModel, () -> unwritable).mount(router);
    port =
        VERTX
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join()
            .actualPort();
  }

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void well() {
    readiness = new Readiness(true, "");
    unwritable = Optional.empty();
  }

  private record Answer(int status, String body) {}

  private static Answer get(String path) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("Retry-After").isPresent())
        .isEqualTo(answer.statusCode() == 503);
    return new Answer(answer.statusCode(), answer.body());
  }

  @Test
  void aServerThatIsWellIsLiveAndReady() throws Exception {
    assertThat(get("/health/live")).isEqualTo(new Answer(200, "{\"status\": \"UP\"}"));
    assertThat(get("/health/ready")).isEqualTo(new Answer(200, "{\"status\": \"UP\"}"));
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    readiness = new Readiness(false, "views of partitions [2] are not readable");
    assertThat(get("/health/ready"))
        .isEqualTo(
            new Answer(
                503,
                "{\"status\": \"DOWN\", \"missing\": {\"views\": \"views of partitions [2] are not"
                    + " readable\"}}"));
    unwritable = Optional.of("the disk is \"full\"");
    assertThat(get("/health/ready"))
        .isEqualTo(
            new Answer(
                503,
                "{\"status\": \"DOWN\", \"missing\": {\"views\": \"views of partitions [2] are not"
                    + " readable\", \"log\": \"the disk is \\\"full\\\"\"}}"));
    readiness = new Readiness(true, "");
    assertThat(get("/health/ready"))
        .isEqualTo(
            new Answer(
                200,
                "{\"status\": \"DEGRADED\", \"missing\": {\"log\": \"the disk is"
                    + " \\\"full\\\"\"}}"));
    readiness = new Readiness(true, "views do not advance");
    unwritable = Optional.empty();
    assertThat(get("/health/ready"))
        .isEqualTo(new Answer(200, "{\"status\": \"UP\", \"message\": \"views do not advance\"}"));
  }

  @Test
  void nothingOfThatTakesItsLife() throws Exception {
    readiness = new Readiness(false, "gone");
    unwritable = Optional.of("gone");
    assertThat(get("/health/live").status()).isEqualTo(200);
  }

  @Test
  void anEventLoopThatIsStuckDoesThoughAnotherOneAnswers() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(1);
    // The listener accepts on the first one; the next connection may be of either.
    var loops = ((VertxInternal) VERTX).nettyEventLoopGroup().iterator();
    String answering = get("/health/live").body();
    assertThat(answering).isEqualTo("{\"status\": \"UP\"}");
    loops.next();
    loops
        .next()
        .execute(
            () -> {
              stuck.countDown();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    stuck.await();
    try {
      assertThat(get("/health/live"))
          .isEqualTo(
              new Answer(
                  503,
                  "{\"status\": \"DOWN\", \"missing\": {\"event_loops\": \"one has taken up nothing"
                      + " for 2000 ms\"}}"));
    } finally {
      release.countDown();
    }
    assertThat(get("/health/live").status()).isEqualTo(200);
  }
}
