package io.flowledger.query.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiffRoutesTest {

  private static final String NOTHING = "{\"added\": [], \"removed\": []";

  private static World world;
  private static QueryServer server;

  @BeforeAll
  static void start(@TempDir Path directory) {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx,
            new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
    world.flow("F", 1_000); // 0@0
    world.apply(Events.run("F", 1).by("ada").tags("old", "kept").at(2_000)); // 0@1
    world.step("F", 1, "start", 3_000);
    world.task("F", 1, "start", 5, 4_000);
    world.metadata("F", 1, "start", 5, "attempt", "0", 5_000); // 0@4
    world.artifacts("F", 1, "start", 5, 0, 6_000, "x", "y");
    world.metadata("F", 1, "start", 5, "attempt", "1", 7_000); // 0@6
    world.apply(Events.tags("F", 1, List.of("old"), List.of("new")).at(8_000));
    world.step("F", 1, "end", 9_000);
    world.apply(Events.task("F", 1, "end", 6).named("e-1").at(9_500)); // 0@9
    world.apply(Events.run("F", 2).named("again").by("ada").tags("kept").at(10_000));
    world.step("F", 2, "start", 11_000);
    world.task("F", 2, "start", 15, 12_000);
    world.task("F", 2, "start", 16, 12_001);
    world.metadata("F", 2, "start", 15, "attempt", "0", 13_000);
    world.artifacts("F", 2, "start", 15, 0, 14_000, "x", "z");
  }

  @AfterAll
  static void stop() {
    server.close();
    world.close();
  }

  private static Answer diff(
      String from,
      String to,
      String tags,
      String steps,
      String tasks,
      String metadata,
      String art) {
    return new Answer(
        200,
        "application/json",
        "",
        "",
        "{\"from\": %s, \"to\": %s, \"tags\": %s}, \"steps\": %s}, \"tasks\": %s}, \"metadata\": %s}, \"artifacts\": %s}}"
            .formatted(from, to, tags, steps, tasks, metadata, art));
  }

  private static String side(String pathspec, String asOf) {
    return "{\"pathspec\": \"%s\", \"as_of\": %s}".formatted(pathspec, asOf);
  }

  @Test
  void withoutMomentsIsWhatHasHappenedSinceTheRegistration() {
    assertThat(server.get("/flows/F/runs/1/diff"))
        .isEqualTo(
            diff(
                side("F/1", "\"0@1\""),
                side("F/1", "null"),
                "{\"added\": [\"new\"], \"removed\": [\"old\"]",
                "{\"added\": [\"end\", \"start\"], \"removed\": []",
                "{\"added\": [\"end/e-1\", \"start/5\"], \"removed\": []",
                "{\"added\": [{\"task\": \"start/5\", \"field_name\": \"attempt\", \"value\":"
                    + " \"1\"}], \"removed\": [], \"changed\": []",
                "{\"added\": [{\"task\": \"start/5\", \"attempt_id\": 0, \"name\": \"x\", \"sha\":"
                    + " \"s\"}, {\"task\": \"start/5\", \"attempt_id\": 0, \"name\": \"y\","
                    + " \"sha\": \"s\"}], \"removed\": [], \"changed\": []"));
  }

  @Test
  void betweenTwoMoments() {
    assertThat(server.get("/flows/F/runs/1/diff?from=6500&to=1970-01-01T00:00:07Z"))
        .isEqualTo(
            diff(
                side("F/1", "\"1970-01-01T00:00:06.500Z\""),
                side("F/1", "\"1970-01-01T00:00:07Z\""),
                NOTHING,
                NOTHING,
                NOTHING,
                "{\"added\": [], \"removed\": [], \"changed\": [{\"task\": \"start/5\","
                    + " \"field_name\": \"attempt\", \"from\": \"0\", \"to\": \"1\"}]",
                NOTHING + ", \"changed\": []"));
    assertThat(server.get("/flows/F/runs/1/diff?from=0@7&to=0@8").body())
        .contains("\"steps\": {\"added\": [\"end\"], \"removed\": []}, \"tasks\": " + NOTHING);
  }

  @Test
  void beforeTheRunThereIsNothing() {
    assertThat(server.get("/flows/F/runs/1/diff?from=0@1&to=0@0"))
        .isEqualTo(
            diff(
                side("F/1", "\"0@1\""),
                side("F/1", "\"0@0\""),
                "{\"added\": [], \"removed\": [\"kept\", \"old\"]",
                NOTHING,
                NOTHING,
                NOTHING + ", \"changed\": []",
                NOTHING + ", \"changed\": []"));
  }

  @Test
  void betweenTwoRunsTasksAreMatchedByTheirPlace() {
    assertThat(server.get("/flows/F/runs/1/diff?run=again"))
        .isEqualTo(
            diff(
                side("F/1", "null"),
                side("F/again", "null"),
                "{\"added\": [], \"removed\": [\"new\"]",
                "{\"added\": [], \"removed\": [\"end\"]",
                "{\"added\": [\"start/1\"], \"removed\": [\"end/0\"]",
                "{\"added\": [], \"removed\": [], \"changed\": [{\"task\": \"start/0\","
                    + " \"field_name\": \"attempt\", \"from\": \"1\", \"to\": \"0\"}]",
                "{\"added\": [{\"task\": \"start/0\", \"attempt_id\": 0, \"name\": \"z\", \"sha\":"
                    + " \"s\"}], \"removed\": [{\"task\": \"start/0\", \"attempt_id\": 0, \"name\":"
                    + " \"y\", \"sha\": \"s\"}], \"changed\": []"));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    assertThat(server.get("/flows/F/runs/1/diff?run=3"))
        .isEqualTo(Answer.failure(404, "run F/3 is not registered"));
    assertThat(server.get("/flows/F/runs/3/diff"))
        .isEqualTo(Answer.failure(404, "run F/3 is not registered"));
    assertThat(server.get("/flows/F/runs/1/diff?run=again&from=0@1"))
        .isEqualTo(
            Answer.failure(400, "either two moments of one run can be compared, or two runs"));
    assertThat(server.get("/flows/F/runs/1/diff?as_of=0@1"))
        .isEqualTo(Answer.failure(400, "a diff has two moments: from and to"));
    assertThat(server.get("/flows/F/runs/1/diff?to=yesterday"))
        .isEqualTo(
            Answer.failure(
                400,
                "to must be epoch milliseconds, an ISO 8601 time or a position, not 'yesterday'"));
    assertThat(server.get("/flows/F/runs/1/diff?to=1@3"))
        .isEqualTo(
            Answer.failure(
                400, "position 1@3 is not in the history of flow F, which is in partition 0"));
  }

  @Test
  void refusesRunsWhoseValuesAreTooLong() {
    world.flow("Long", 19_999);
    world.run("Long", 9, 20_000);
    world.step("Long", 9, "start", 20_001);
    world.task("Long", 9, "start", 90, 20_002);
    String megabyte = "x".repeat(1 << 20);
    for (int i = 0; i < 8; i++) {
      world.metadata("Long", 9, "start", 90, "f" + i, megabyte, 20_003);
      world.metadata("Long", 9, "start", 90, "f" + i, megabyte, 20_004); // only the latest counts
    }
    assertThat(server.get("/flows/Long/runs/9/diff").status()).isEqualTo(200);
    world.metadata("Long", 9, "start", 90, "f8", "y", 20_005);
    assertThat(server.get("/flows/Long/runs/9/diff"))
        .isEqualTo(
            Answer.failure(
                400,
                "the values of the run have more than 8388608 characters, which is too much to"
                    + " compare"));
  }
}
