package io.flowledger.query.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wherever a request may name a position or a time: one that there is not is refused, and one
 * beyond the end of the log with the word where that is.
 */
@Timeout(60)
final class PositionsThatAreNotTest {

  private static final int EVENTS = 6;
  private static final List<String> BEYOND =
      List.of("0@" + EVENTS, "0@99999", "0@" + Long.MAX_VALUE);
  private static final List<String> ELSEWHERE = List.of("1@0", "99@0", "2147483647@0");
  private static final List<String> MALFORMED =
      List.of("0@-1", "-1@0", "0@", "@0", "0@x", "00@1", "0@01", "0@9223372036854775808", "0@1@2");
  private static final List<String> NO_TIMES =
      List.of(
          "2026-11-31",
          "2026-11-31T00:00:00",
          "2026-02-29T00:00Z",
          "2026-04-31T10:00:00.5%2B02:00",
          "2026-00-01",
          "2026-01-00",
          "2026-13-01T00:00:00",
          "2026-01-01T24:00:00",
          "2026-01-01T12:60",
          "2026-01-01T12:00:61",
          "2026-01-01T12:00%2B19:00",
          "12345678901234567890");

  private static World world;
  private static QueryServer server;
  private static List<String> paths;

  @BeforeAll
  static void start(@TempDir Path directory) {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    QueryRoutes routes =
        new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC());
    server = new QueryServer(vertx, routes::mount);
    paths = ReadPaths.of(vertx, routes);
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.step("F", 1, "start", 30);
    world.task("F", 1, "start", 7, 40);
    world.attempt("F", 1, "start", 7, 0, 50);
    world.artifacts("F", 1, "start", 7, 0, 60, "x");
  }

  @AfterEach
  void viewsKeepUp() {
    world.views().waiting(LocalReadModel.Waiting.NORMAL);
    world.views().unapplied(0);
  }

  @AfterAll
  static void stop() {
    server.close();
    world.close();
  }

  /** A request with a place for a position or a time. */
  private record Asking(String path, String... headers) {

    Answer with(String text) {
      String[] filled = headers.clone();
      for (int i = 0; i < filled.length; i++) {
        filled[i] = filled[i].replace("{}", text);
      }
      return server.get(path.replace("{}", text), filled);
    }

    CompletableFuture<Answer> sent(String text) {
      return server.send("GET", path.replace("{}", text), headers);
    }

    @Override
    public String toString() {
      return path + " " + List.of(headers);
    }
  }

  private static List<Asking> reads() {
    return paths.stream()
        .filter(path -> !path.startsWith("/search") && !path.equals("/audit/head"))
        .toList()
        .stream()
        .map(path -> new Asking(ReadPaths.with(path, "as_of={}")))
        .filter(asking -> !asking.path().contains("/diff"))
        .toList();
  }

  private static List<Asking> periods() {
    List<Asking> periods = new ArrayList<>();
    for (String path : List.of("/events", "/events?flow=F", "/flows/F/runs/1/diff")) {
      for (String parameter : List.of("from={}", "to={}", "from=0@0&to={}", "from=0@1&to={}")) {
        periods.add(new Asking(ReadPaths.with(path, parameter)));
      }
    }
    return periods;
  }

  private static List<Asking> moments() {
    List<Asking> moments = new ArrayList<>(reads());
    moments.addAll(periods());
    return moments;
  }

  private static List<Asking> cursors() {
    List<Asking> cursors = new ArrayList<>();
    for (String path : paths) {
      if (path.endsWith("/events") && ReadPaths.isOfFlow(path)) {
        cursors.add(new Asking(path + "?_cursor={}"));
        cursors.add(new Asking(path + "?_limit=1&_cursor={}", "Accept", "application/x-ndjson"));
        cursors.add(new Asking(path, "Accept", "text/event-stream", "Last-Event-ID", "{}"));
      }
    }
    return cursors;
  }

  private static Answer notThere(String position, int events) {
    return Answer.failure(
        400,
        "position %s is not there yet, the log of partition 0 has %d events"
            .formatted(position, events));
  }

  @Test
  void whatIsBeyondTheEndIsRefusedWithWhereThatIs() {
    assertThat(reads()).hasSizeGreaterThan(20);
    assertThat(cursors()).hasSize(12);
    List<Asking> all = new ArrayList<>(moments());
    all.addAll(cursors());
    for (Asking asking : all) {
      for (String position : BEYOND) {
        assertThat(asking.with(position)).as(asking + position).isEqualTo(notThere(position, 6));
      }
    }
  }

  @Test
  void aLeastPositionAfterItHasBeenWaitedFor() {
    world.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    for (String path : paths) {
      Asking least = new Asking(path, "Flowledger-Min-Position", "{}");
      for (String position : BEYOND) {
        assertThat(least.with(position)).as(path + position).isEqualTo(notThere(position, EVENTS));
      }
      assertThat(least.with("heartbeats/0@0"))
          .isEqualTo(
              Answer.failure(
                  400,
                  "position heartbeats/0@0 is not there yet, the log of partition 0 has 0"
                      + " heartbeats"));
    }
    world.views().unapplied(1);
    assertThat(server.get("/flows/F", "Flowledger-Min-Position", "0@6"))
        .isEqualTo(Answer.failure(503, "0@6 is not applied in time"));
  }

  @Test
  void whatIsThereButNotAppliedIsWaitedFor() {
    world.views().unapplied(1);
    world.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);
    Answer late = Answer.failure(503, "0@6 is not applied in time");
    List<Asking> all = new ArrayList<>(moments());
    cursors().stream().filter(asking -> asking.path().contains("_cursor")).forEach(all::add);
    for (Asking asking : all) {
      assertThat(asking.with("0@6")).as(asking.toString()).isEqualTo(late);
    }
  }

  @Test
  void theLastEventIsThere() {
    for (Asking asking : moments()) {
      assertThat(asking.with("0@5").status()).as(asking.toString()).isEqualTo(200);
    }
    for (Asking asking : cursors()) {
      if (asking.path().contains("_cursor")) {
        assertThat(asking.with("0@5").status()).as(asking.toString()).isEqualTo(200);
      }
    }
  }

  @Test
  void whatIsInNoPartitionOrNoPositionIsRefused() {
    List<String> none = new ArrayList<>(ELSEWHERE);
    none.addAll(MALFORMED);
    List<Asking> all = new ArrayList<>(moments());
    all.addAll(cursors());
    paths.forEach(path -> all.add(new Asking(path, "Flowledger-Min-Position", "{}")));
    for (Asking asking : all) {
      for (String position : none) {
        Answer answer = asking.with(position);
        assertThat(answer.status()).as(asking + position + answer.body()).isEqualTo(400);
        assertThat(answer.body()).as(asking + position).isNotEmpty();
      }
    }
  }

  @Test
  void aTimeThatIsOnNoCalendarIsRefused() {
    List<Asking> all = new ArrayList<>(moments());
    all.add(new Asking("/search?tag=t&since={}"));
    all.add(new Asking("/flows/F/events?ts_epoch:ge={}"));
    all.add(new Asking("/flows/F/runs?ts_epoch:lt={}"));
    all.add(new Asking("/flows/F/runs?last_heartbeat_ts={}"));
    all.add(new Asking("/flows/F/runs/1/steps/start/tasks?ts_epoch={}"));
    all.add(new Asking("/events?ts_epoch:gt={}"));
    for (Asking asking : all) {
      for (String time : NO_TIMES) {
        boolean isFilter = asking.path().contains("ts_epoch") || asking.path().contains("_ts=");
        if (isFilter && !time.contains("-")) {
          continue; // a number may be of any length
        }
        Answer answer = asking.with(time);
        assertThat(answer.status()).as(asking + time + answer.body()).isEqualTo(400);
      }
    }
  }

  /** A tail that is ahead of the view goes on when that has come to it. */
  @Test
  void aTailMayBeAheadOfTheView() {
    world.views().unapplied(1);
    CompletableFuture<Answer> tail =
        server.send(
            "HEAD", "/flows/F/events", "Accept", "text/event-stream", "Last-Event-ID", "0@6");
    await().until(tail::isDone);
    assertThat(tail.join().status()).isEqualTo(200);
  }
}
