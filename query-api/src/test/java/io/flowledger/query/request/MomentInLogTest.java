package io.flowledger.query.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.projector.fixture.Events;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Moments that a request may name, and what they are held against. */
@Timeout(60)
final class MomentInLogTest {

  @TempDir private Path directory;
  private World world;
  private QueryServer server;

  @BeforeEach
  void start() {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx,
            new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  @Test
  void aPositionOfAPartitionThatIsNotThereIsNone() {
    world.flow("F", 10);
    assertThat(server.get("/flows?as_of=99@5"))
        .isEqualTo(Answer.failure(400, "position 99@5 is in none of the 1 partitions of the log"));
  }

  @Test
  void aPositionBehindTheEndOfTheLogIsNone() {
    world.flow("F", 10);
    world.run("F", 1, 20);
    Answer refused =
        Answer.failure(400, "position 0@2 is not there yet, the log of partition 0 has 2 events");
    for (String path : List.of("/flows", "/flows/F", "/flows/F/runs/1", "/flows/F/runs/1/events")) {
      assertThat(server.get(path + "?as_of=0@2")).as(path).isEqualTo(refused);
    }
    assertThat(server.get("/flows/F/runs/1/diff?to=0@2")).isEqualTo(refused);
  }

  @Test
  void aPositionThatIsNotAppliedYetIsWaitedFor() {
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.views().unapplied(1);
    List<CompletableFuture<Answer>> waiting =
        Stream.of("/flows/F/runs/2", "/flows").map(path -> asOf(path, "0@2")).toList();
    await().until(() -> world.views().waiters() == 2);

    world.run("F", 2, 30);

    assertThat(waiting.get(0).join()).isEqualTo(server.get("/flows/F/runs/2"));
    assertThat(waiting.get(1).join()).isEqualTo(server.get("/flows"));
  }

  @Test
  void noThreadStandsStillWhileAPositionIsWaitedFor() {
    world.flow("F", 10);
    world.views().unapplied(1);
    List<CompletableFuture<Answer>> waiting =
        Stream.generate(() -> asOf("/flows/F/runs", "0@1"))
            .limit(QueryConfig.defaults().scanThreads() + 1)
            .toList();
    await().until(() -> world.views().waiters() == waiting.size());
    assertThat(server.get("/flows/F/events?as_of=0@0").status()).isEqualTo(200);

    world.run("F", 1, 20);

    Answer now = server.get("/flows/F/runs");
    assertThat(waiting).allMatch(answer -> answer.join().equals(now));
  }

  private CompletableFuture<Answer> asOf(String path, String position) {
    return server.send("GET", path + "?as_of=" + position);
  }

  @Test
  void aPositionThatIsNotAppliedInTimeIsForLater() {
    world.flow("F", 10);
    world.views().unapplied(1);
    world.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    assertThat(server.get("/flows/F/runs?as_of=0@1"))
        .isEqualTo(Answer.failure(503, "0@1 is not applied in time"));

    // Nothing of that is kept as the state of the position.
    world.views().unapplied(0);
    world.run("F", 1, 20);
    assertThat(server.get("/flows/F/runs?as_of=0@1")).isEqualTo(server.get("/flows/F/runs"));
  }

  /** Heartbeats are shown as they were at the time of the last event that says one. */
  @Test
  void aPositionThatCannotBeReadHasTheTimeOfWhatCameBefore() {
    long second = 1_700_000_000L;
    world.flow("F", second * 1000);
    world.apply(Events.run("F", 1).beating(second).at(second * 1000));
    world.beat("F", 1, null, (second + 5) * 1000);
    world.views().apply(Position.Log.EVENTS, 0, new byte[] {'F'}, new byte[] {1, 2, 3}); // 0@2
    assertThat(server.get("/flows/F/runs/1?as_of=0@2"))
        .isEqualTo(server.get("/flows/F/runs/1?as_of=0@1"));
  }

  /** Clocks differ, and what is imported keeps its times. */
  @Test
  void anEventThatIsLaterByItsTimeIsAsIfItWereNotThere(@TempDir Path other) {
    List<String> paths =
        List.of(
            "/flows",
            "/flows/F",
            "/flows/F/runs",
            "/flows/F/runs/1",
            "/flows/F/runs/1/steps",
            "/flows/F/runs/1/status",
            "/flows/Late",
            "/flows/Late/runs",
            "/flows/Late/runs/2/steps");
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.tags("F", 1, List.of(), List.of("late"), 300); // 0@2
    world.step("F", 1, "start", 200); // 0@3
    world.flow("Late", 310);
    world.run("Late", 2, 210); // 0@5
    List<Answer> answers = paths.stream().map(path -> server.get(path + "?as_of=250")).toList();
    assertThat(positions("/flows/F/events?as_of=250")).containsExactly("0@0", "0@1", "0@3");
    assertThat(positions("/flows/F/runs/1/events?as_of=250")).containsExactly("0@1", "0@3");

    stop();
    directory = other;
    start();
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.step("F", 1, "start", 200);
    assertThat(answers)
        .isEqualTo(paths.stream().map(path -> server.get(path + "?as_of=250")).toList());
  }

  private List<String> positions(String path) {
    return Pattern.compile("\"position\": \"([^\"]*)\"")
        .matcher(server.get(path).body())
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** A flow may have more events than can be replayed. */
  @Test
  void whatShowsNothingOfTheRunsTakesNoPastState() {
    world.flow("E", 5);
    world.flow("F", 10); // 0@1
    world.run("F", 1, 20);
    for (String moment : List.of("0@1", "15")) {
      String asOf = "?as_of=" + moment;
      assertThat(server.get("/flows/F" + asOf)).isEqualTo(server.get("/flows/F"));
      assertThat(positions("/flows/F/events" + asOf)).containsExactly("0@1");
      assertThat(server.get("/flows/F/runs/9/steps" + asOf).body()).isEqualTo("[]");
      assertThat(server.get("/flows/F/runs/9" + asOf))
          .isEqualTo(Answer.failure(404, "run F/9 is not registered"));
    }
    for (String path : List.of("/flows/F?as_of=0@0", "/flows/F/events?as_of=9")) {
      assertThat(server.get(path)).isEqualTo(Answer.failure(404, "flow F is not registered"));
    }
    assertThat(directory.resolve("past-states")).doesNotExist();
  }
}
