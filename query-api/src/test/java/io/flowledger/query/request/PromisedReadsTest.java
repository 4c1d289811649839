package io.flowledger.query.request;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever was told of a position that the view had not applied reads it all the same. */
@Timeout(60)
final class PromisedReadsTest {

  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(5000), ZoneOffset.UTC);

  @TempDir private Path directory;
  private World world;
  private QueryServer server;
  private List<String> paths;
  private String other;

  @BeforeEach
  void start() {
    world = new World(directory, 2);
    Vertx vertx = Vertx.vertx();
    QueryRoutes routes = new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), CLOCK);
    server = new QueryServer(vertx, routes::mount);
    paths = ReadPaths.of(vertx, routes);
    other = world.views().partitionOf("G") == partition() ? "H" : "G";
    world.flow("F", 10);
    world.flow(other, 10);
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  private int partition() {
    return world.views().partitionOf("F");
  }

  /** The run that is written next, with all that is in it. */
  private Position runIsPromised() {
    Position last = Position.event(partition(), 5);
    world.views().promises().make(last);
    return last;
  }

  private void runIsApplied() {
    world.run("F", 1, 20);
    world.step("F", 1, "start", 30);
    world.task("F", 1, "start", 7, 40);
    world.attempt("F", 1, "start", 7, 0, 50);
    assertThat(world.artifacts("F", 1, "start", 7, 0, 60, "x"))
        .isEqualTo(Position.event(partition(), 5));
  }

  @Test
  void readsOfAllKindsWaitForIt() {
    assertThat(paths).hasSizeGreaterThan(25);
    runIsPromised();

    Map<String, CompletableFuture<Answer>> answers =
        paths.stream().collect(toMap(Function.identity(), path -> server.send("GET", path)));
    await().until(() -> world.views().waiters() == paths.size());
    runIsApplied();

    answers.forEach(
        (path, answer) -> {
          assertThat(answer.join().status()).as(path).isEqualTo(200);
          assertThat(answer.join()).as(path).isEqualTo(server.get(path));
        });
  }

  @Test
  void orSayThatTheyCannotBeAnsweredNow() {
    Position promised = runIsPromised();
    world.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);

    for (String path : paths) {
      assertThat(server.get(path))
          .as(path)
          .isEqualTo(Answer.failure(503, promised + " is not applied in time"));
    }
    world.views().waiting(LocalReadModel.Waiting.NORMAL);
    runIsApplied();
    assertThat(server.get("/flows/F/runs/1").status()).isEqualTo(200);
  }

  @Test
  void readsOfOtherPartitionsDoNotWait() {
    runIsPromised();
    world.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);

    assertThat(server.get("/flows/" + other).status()).isEqualTo(200);
    assertThat(server.get("/flows/" + other + "/runs").status()).isEqualTo(200);
    assertThat(server.get("/search?tag=t&flow=" + other).status()).isEqualTo(200);
    assertThat(server.get("/events?flow=" + other).status()).isEqualTo(200);
  }

  @Test
  void whatIsAppliedIsNotWaitedForAgain() {
    runIsPromised();
    runIsApplied();
    assertThat(server.get("/flows/F/runs/1").status()).isEqualTo(200);
    assertThat(world.views().promises().all()).isEmpty();

    world.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    assertThat(server.get("/flows/F/runs/1").status()).isEqualTo(200);
  }

  @Test
  void heartbeatsAreWaitedForToo() {
    world.run("F", 1, 20);
    world.views().promises().make(Position.heartbeat(partition(), 0));

    CompletableFuture<Answer> run = server.send("GET", "/flows/F/runs/1");
    await().until(() -> world.views().waiters() == 1);
    world.beat("F", 1, null, 4000);

    assertThat(run.join().body()).endsWith("\"last_heartbeat_ts\": 4}");
  }

  @Test
  void whatIsAskedForIsWaitedForBesides() {
    runIsPromised();
    CompletableFuture<Answer> run =
        server.send("GET", "/flows/F/runs/2", "Flowledger-Min-Position", partition() + "@6");
    await().until(() -> world.views().waiters() == 1);
    runIsApplied();
    assertThat(run).isNotDone();
    world.run("F", 2, 70);

    assertThat(run.join().status()).isEqualTo(200);
  }
}
