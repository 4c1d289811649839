package io.flowledger.query.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.EventId;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.Origin;
import io.flowledger.projector.fixture.EventBuilder;
import io.flowledger.projector.fixture.Events;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryRoutesTest {

  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";

  private static final String FLOW =
      event(0, "FlowRegistered", 10, "null", "null", "null", "\"ada\"", "null", "null", "applied")
          + "{\"event_id\": \""
          + hex(0)
          + "\", \"flow_id\": \"F\", \"user_name\": \"ada\", \"tags\": [\"a\"], \"system_tags\":"
          + " null, \"ts_epoch\": 10, \"origin\": null, \"written_by\": \"test\"}}";
  private static final String RUN =
      event(1, "RunRegistered", 20, "1", "null", "null", "\"bob\"", "null", "\"::1\"", "applied")
          + "{\"event_id\": \""
          + hex(1)
          + "\", \"flow_id\": \"F\", \"run_number\": 1, \"run_id\": \"argo-1\", \"user_name\":"
          + " \"bob\", \"tags\": [\"t\"], \"system_tags\": [], \"heartbeat_ts\": null,"
          + " \"ts_epoch\": 20, \"origin\": {\"credential\": null, \"address\": \"::1\"},"
          + " \"written_by\": \"test\"}}";
  private static final String OTHER_RUN =
      event(2, "RunRegistered", 21, "2", "null", "null", "null", "null", "null", "applied")
          + "{\"event_id\": \""
          + hex(2)
          + "\", \"flow_id\": \"F\", \"run_number\": 2, \"run_id\": null, \"user_name\": null,"
          + " \"tags\": [], \"system_tags\": [], \"heartbeat_ts\": 5, \"ts_epoch\": 21,"
          + " \"origin\": null, \"written_by\": \"test\"}}";
  private static final String STEP =
      event(3, "StepRegistered", 30, "1", "\"start\"", "null", "null", "null", "null", "applied")
          + "{\"event_id\": \""
          + hex(3)
          + "\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"user_name\":"
          + " null, \"tags\": null, \"system_tags\": null, \"ts_epoch\": 30, \"origin\": null,"
          + " \"written_by\": \"test\"}}";
  private static final String TASK =
      event(4, "TaskRegistered", 40, "1", "\"start\"", "7", "null", "\"ci\"", "null", "applied")
          + "{\"event_id\": \""
          + hex(4)
          + "\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 7,"
          + " \"task_name\": null, \"user_name\": null, \"tags\": null, \"system_tags\": null,"
          + " \"heartbeat_ts\": null, \"ts_epoch\": 40, \"origin\": {\"credential\": \"ci\","
          + " \"address\": null}, \"written_by\": \"test\"}}";
  private static final String METADATA =
      event(5, "MetadataRecorded", 50, "1", "\"start\"", "7", "\"eve\"", "null", "null", "applied")
          + "{\"event_id\": \""
          + hex(5)
          + "\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 7,"
          + " \"entries\": [{\"id\": 1, \"field_name\": \"attempt\", \"value\": \"0\\n\","
          + " \"type\": \"t\", \"user_name\": \"eve\", \"tags\": [\"attempt_id:0\"],"
          + " \"system_tags\": null}], \"ts_epoch\": 50, \"origin\": null, \"written_by\":"
          + " \"test\"}}";
  private static final String ARTIFACTS =
      event(6, "ArtifactsRecorded", 60, "1", "\"start\"", "7", "null", "null", "null", "applied")
          + "{\"event_id\": \""
          + hex(6)
          + "\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 7,"
          + " \"entries\": [{\"name\": \"x\", \"attempt_id\": 0, \"location\": \"l\", \"ds_type\":"
          + " \"d\", \"sha\": null, \"type\": null, \"content_type\": null, \"user_name\": null,"
          + " \"tags\": null, \"system_tags\": null}], \"ts_epoch\": 60, \"origin\": null,"
          + " \"written_by\": \"test\"}}";
  private static final String TAGS =
      event(7, "RunTagsMutated", 70, "1", "null", "null", "null", "null", "null", "applied")
          + "{\"event_id\": \""
          + hex(7)
          + "\", \"flow_id\": \"F\", \"run_number\": 1, \"tags_to_remove\": [\"t\"],"
          + " \"tags_to_add\": [\"u\"], \"ts_epoch\": 70, \"origin\": null, \"written_by\":"
          + " \"test\"}}";
  private static final String TWICE =
      event(8, "FlowRegistered", 80, "null", "null", "null", "null", "null", "null", "superseded")
              .replace("\"reason\": null", "\"reason\": \"flow F\"")
          + "{\"event_id\": \""
          + hex(8)
          + "\", \"flow_id\": \"F\", \"user_name\": null, \"tags\": null, \"system_tags\": null,"
          + " \"ts_epoch\": 80, \"origin\": null, \"written_by\": \"test\"}}";
  private static final String REJECTED =
      event(9, "StepRegistered", 90, "1", "\"\"", "null", "null", "null", "null", "rejected")
              .replace("\"reason\": null", "\"reason\": \"not usable as a name: ''\"")
          + "{\"event_id\": \""
          + hex(9)
          + "\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"\", \"user_name\": null,"
          + " \"tags\": null, \"system_tags\": null, \"ts_epoch\": 90, \"origin\": null,"
          + " \"written_by\": \"test\"}}";

  private static World world;
  private static QueryServer server;
  private static String position = "";

  @BeforeAll
  static void start(@TempDir Path directory) {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx,
            new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
    given(Events.flow("F").id(id(0)).by("ada").tags("a").at(10));
    given(
        Events.run("F", 1)
            .id(id(1))
            .named("argo-1")
            .by("bob")
            .tags("t")
            .at(20)
            .from(new Origin(null, "::1")));
    given(Events.run("F", 2).id(id(2)).beating(5L).at(21));
    given(Events.step("F", 1, "start").id(id(3)).at(30));
    given(Events.task("F", 1, "start", 7).id(id(4)).at(40).from(new Origin("ci", null)));
    given(
        Events.metadata(
                "F",
                1,
                "start",
                7,
                new MetadataEntry(1L, "attempt", "0\n", "t", "eve", List.of("attempt_id:0"), null))
            .id(id(5))
            .at(50));
    given(
        Events.artifacts(
                "F",
                1,
                "start",
                7,
                new ArtifactEntry("x", 0, "l", "d", null, null, null, null, null, null))
            .id(id(6))
            .at(60));
    given(Events.tags("F", 1, List.of("t"), List.of("u")).id(id(7)).at(70));
    given(Events.flow("F").id(id(8)).at(80));
    given(Events.step("F", 1, "").id(id(9)).at(90));
    world.flow("G", 100);
    for (int task = 100; task < 3000; task++) {
      if (task == 100) {
        world.run("G", 3, 101);
        world.step("G", 3, "s", 102);
      }
      world.task("G", 3, "s", task, task);
    }
  }

  private static void given(EventBuilder<?> event) {
    position = world.views().apply(event).toString();
  }

  @AfterEach
  void openViews() {
    world.views().viewsOpen(true);
  }

  @AfterAll
  static void stop() {
    server.close();
    world.close();
  }

  private static EventId id(int number) {
    return new EventId(ByteBuffer.allocate(16).putInt(12, number).array());
  }

  private static String hex(int number) {
    return "%032x".formatted(number);
  }

  /** What stands before the payload. */
  private static String event(
      int offset,
      String type,
      long ts,
      String run,
      String step,
      String task,
      String user,
      String credential,
      String address,
      String verdict) {
    return ("{\"position\": \"0@%d\", \"type\": \"%s\", \"ts_epoch\": %d, \"flow_id\": \"F\","
            + " \"run_number\": %s, \"step_name\": %s, \"task_id\": %s, \"user_name\": %s,"
            + " \"credential\": %s, \"address\": %s, \"event_id\": \"%s\", \"written_by\":"
            + " \"test\", \"verdict\": \"%s\", \"reason\": null, \"event\": ")
        .formatted(
            offset, type, ts, run, step, task, user, credential, address, hex(offset), verdict);
  }

  private static Answer whole(String... events) {
    return new Answer(200, JSON, "", "", "[" + String.join(", ", events) + "]");
  }

  private static Answer page(int limit, String cursor, String... events) {
    return new Answer(
        200, JSON, Integer.toString(limit), cursor, "[" + String.join(", ", events) + "]");
  }

  @Test
  void theHistoryOfAFlowIsAllThatHasHappenedToItAndItsRuns() {
    assertThat(server.get("/flows/F/events"))
        .isEqualTo(
            whole(FLOW, RUN, OTHER_RUN, STEP, TASK, METADATA, ARTIFACTS, TAGS, TWICE, REJECTED));
  }

  @Test
  void theHistoryOfARun() {
    Answer history = whole(RUN, STEP, TASK, METADATA, ARTIFACTS, TAGS, REJECTED);
    assertThat(server.get("/flows/F/runs/1/events")).isEqualTo(history);
    assertThat(server.get("/flows/F/runs/argo-1/events")).isEqualTo(history);
    assertThat(server.get("/flows/F/runs/2/events")).isEqualTo(whole(OTHER_RUN));
  }

  @Test
  void theHistoryOfAStepAndOfATask() {
    assertThat(server.get("/flows/F/runs/1/steps/start/events"))
        .isEqualTo(whole(STEP, TASK, METADATA, ARTIFACTS));
    assertThat(server.get("/flows/F/runs/1/steps/start/tasks/7/events"))
        .isEqualTo(whole(TASK, METADATA, ARTIFACTS));
  }

  @Test
  void whatIsNotThereHasNoHistory() {
    assertThat(server.get("/flows/H/events"))
        .isEqualTo(Answer.failure(404, "flow H is not registered"));
    Map.of(
            "/flows/F/runs/3/events", "run F/3",
            "/flows/F/runs/1/steps/end/events", "step F/1/end",
            "/flows/F/runs/1/steps/start/tasks/8/events", "task F/1/start/8")
        .forEach(
            (path, object) ->
                assertThat(server.get(path))
                    .isEqualTo(Answer.failure(404, object + " is not registered")));
  }

  @Test
  void isFilteredByTypeTimeUserAndWhatBecameOfIt() {
    assertThat(server.get("/flows/F/events?type=RunTagsMutated,FlowRegistered"))
        .isEqualTo(page(50, "", FLOW, TAGS, TWICE));
    assertThat(server.get("/flows/F/events?type:sw=run")) //
        .isEqualTo(page(50, "", RUN, OTHER_RUN, TAGS));
    assertThat(server.get("/flows/F/events?type:ne=StepRegistered&ts_epoch:ge=30&ts_epoch:lt=60"))
        .isEqualTo(page(50, "", TASK, METADATA));
    assertThat(server.get("/flows/F/events?user_name=eve,ada"))
        .isEqualTo(page(50, "", FLOW, METADATA));
    assertThat(server.get("/flows/F/events?credential=ci")).isEqualTo(page(50, "", TASK));
    assertThat(server.get("/flows/F/events?address:is=null&credential:ne=null"))
        .isEqualTo(page(50, "", TASK));
    assertThat(server.get("/flows/F/events?verdict:ne=applied"))
        .isEqualTo(page(50, "", TWICE, REJECTED));
    assertThat(server.get("/flows/F/events?verdict:xx=applied"))
        .isEqualTo(Answer.failure(400, "unsupported operator 'xx' for field 'verdict'"));
  }

  @Test
  void comesInPages() {
    assertThat(server.get("/flows/F/runs/1/events?_limit=2")).isEqualTo(page(2, "0@3", RUN, STEP));
    assertThat(server.get("/flows/F/runs/1/events?_limit=3&_cursor=0@3"))
        .isEqualTo(page(3, "0@6", TASK, METADATA, ARTIFACTS));
    assertThat(server.get("/flows/F/runs/1/events?_limit=3&_cursor=0@6"))
        .isEqualTo(page(3, "", TAGS, REJECTED));
    assertThat(server.get("/flows/F/runs/1/events?_cursor=" + position)).isEqualTo(page(50, ""));
    for (String cursor : List.of("x", "1@3", "heartbeats/0@3")) {
      assertThat(server.get("/flows/F/runs/1/events?_cursor=" + cursor))
          .isEqualTo(Answer.failure(400, "Invalid cursor"));
    }
  }

  @Test
  void comesAsLinesWhereTheClientTakesThem() {
    assertThat(
            server.get(
                "/flows/F/runs/1/events?type=TaskRegistered,RunTagsMutated", "Accept", LINES))
        .isEqualTo(new Answer(200, LINES, "", "", TASK + "\n" + TAGS + "\n"));
  }

  @Test
  void alsoALongHistoryIsToldWhole() {
    String body = server.get("/flows/G/runs/3/events", "Accept", LINES).body();
    assertThat(body.lines().map(line -> line.substring(0, line.indexOf(", \"type\""))))
        .containsExactlyElementsOf(
            IntStream.range(0, 2902)
                .mapToObj(i -> "{\"position\": \"0@" + (11 + i) + "\"")
                .toList());
  }

  @Test
  void aViewThatIsNotHereIsSaidToBe() {
    world.views().viewsOpen(false);
    assertThat(server.get("/flows/F/events"))
        .isEqualTo(Answer.failure(503, "the view of partition 0 is closed"));
  }
}
