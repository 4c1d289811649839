package io.flowledger.query.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.flowledger.query.request.PageLimits;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes on, and what does not, while no broker gives any record. */
@Timeout(60)
final class LogReadsTest {

  private static final int THREADS = 2;
  private static final int MOST = 3;

  private final CountDownLatch brokersBack = new CountDownLatch(1);
  private final AtomicInteger reading = new AtomicInteger();
  private World world;
  private QueryRoutes routes;
  private QueryServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    QueryConfig config =
        new QueryConfig(
            new PageLimits(50, 500), MOST, THREADS, Duration.ofMinutes(1), Duration.ofSeconds(360));
    routes = new QueryRoutes(vertx, world.views(), config, Clock.systemUTC());
    server = new QueryServer(vertx, routes::mount);
    world.flow("F", 10);
    world.run("F", 1, 20);
    world
        .views()
        .beforeReading(
            () -> {
              reading.incrementAndGet();
              awaitBrokers();
            });
  }

  @AfterEach
  void stop() {
    brokersBack.countDown();
    server.close();
    world.close();
  }

  private void awaitBrokers() {
    try {
      brokersBack.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatNeedsNoLogGoesOn() {
    List<CompletableFuture<Answer>> waiting =
        Stream.of("/flows/F/events", "/flows/F/runs?as_of=0@1", "/events")
            .map(path -> server.send("GET", path))
            .toList();
    await().until(() -> reading.get() == THREADS && routes.scansUnderWay() == waiting.size());

    assertThat(server.get("/flows/F/runs").status()).isEqualTo(200);
    assertThat(server.get("/flows/F/runs/1/events"))
        .isEqualTo(Answer.failure(503, "too many listings are being read, try again"));

    brokersBack.countDown();
    assertThat(waiting).allMatch(answer -> answer.join().status() == 200);
  }

  /** Each holds what it is sent. */
  @Test
  void tailsThatCatchUpAreBounded() {
    List<CompletableFuture<Answer>> behind = Stream.generate(this::follow).limit(MOST).toList();
    await().until(() -> routes.scansUnderWay() == MOST);
    assertThat(follow().join()).isEqualTo(new Answer(200, "text/event-stream", "", "", ": \n\n"));
    assertThat(behind).noneMatch(CompletableFuture::isDone);
  }

  private CompletableFuture<Answer> follow() {
    return server.send(
        "GET", "/flows/F/events", "Accept", "text/event-stream", "Last-Event-ID", "0@0");
  }
}
