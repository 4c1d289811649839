package io.flowledger.ingest.metaflow;

import static io.flowledger.ingest.fixture.IngestServer.NOW;
import static io.flowledger.ingest.fixture.MemoryLog.written;
import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Events;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows, runs, steps and tasks are registered, each once. */
final class RegistrationRoutesTest extends IngestTest {

  private static final long SECONDS = NOW / 1000;

  // ---- flows -----------------------------------------------------------------------------------

  @Test
  void registersAFlow() {
    assertThat(
            server.post(
                "/flows/F", json("{'user_name': 'alice', 'tags': ['t'], 'system_tags': ['s']}")))
        .isEqualTo(
            Answer.success(
                "0@0",
                "{\"flow_id\": \"F\", \"user_name\": \"alice\", \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [\"t\"], \"system_tags\": [\"s\"]}"));
    assertThat(server.log().events())
        .containsExactly(written(Events.flow("F").by("alice").tags("t").systemTags("s")));
  }

  @Test
  void keepsNullTagsOfAFlow() {
    assertThat(server.post("/flows/F", "{}").body())
        .isEqualTo(
            "{\"flow_id\": \"F\", \"user_name\": null, \"ts_epoch\": 1700000000123,"
                + " \"tags\": null, \"system_tags\": null}");
  }

  @Test
  void decodesNamesInPaths() {
    assertThat(server.post("/flows/a%2Fb%20%C3%BC", "{}").body())
        .startsWith("{\"flow_id\": \"a/b \\u00fc\", ");
  }

  @Test
  void aFlowIsRegisteredOnce() {
    server.given("/flows/F", "{}");

    assertThat(server.post("/flows/F", "{}")).isEqualTo(failure(409, "flow F exists already"));
    assertThat(events()).isEqualTo(1);
  }

  @Test
  void whoLosesTheRaceForAFlowIsTold() {
    server
        .log()
        .beforeAppend(
            () -> server.views().apply(Events.flow("F").by("bob").at(1).writtenBy("other")));

    assertThat(server.post("/flows/F", "{}")).isEqualTo(failure(409, "flow F exists already"));
    assertThat(events()).isEqualTo(1);
  }

  @Test
  void aFieldWithoutANameSaysNothing() {
    assertThat(server.post("/flows/F", json("{'': ['x'], 'user_name': 'alice'}")).body())
        .startsWith("{\"flow_id\": \"F\", \"user_name\": \"alice\", ");
  }

  @Test
  void refusesABadBodyWithoutATrace() {
    assertThat(server.post("/flows/F", ""))
        .isEqualTo(failure(400, "the request has no body, JSON expected"));
    assertThat(server.post("/flows/F", "[]"))
        .isEqualTo(failure(400, "the body must be an object, not a list"));
    assertThat(server.log().history()).isEmpty();
  }

  @Test
  void refusesBadNamesInPaths() {
    assertThat(server.post("/flows/123456789012345678901", "{}"))
        .isEqualTo(failure(400, "the name of the flow is longer than 20 characters"));
    assertThat(server.post("/flows/a%00b", "{}"))
        .isEqualTo(failure(400, "the name of the flow contains a NUL character"));
    assertThat(server.post("/flows/F/runs/1/steps/a%00b/step", "{}"))
        .isEqualTo(failure(400, "the name of the step contains a NUL character"));
  }

  // ---- runs ------------------------------------------------------------------------------------

  @Test
  void registersARun() {
    server.given("/flows/F", "{}");

    assertThat(
            server.post(
                "/flows/F/run",
                json("{'user_name': 'bob', 'tags': ['t'], 'system_tags': ['user:bob']}")))
        .isEqualTo(
            Answer.success(
                "0@1",
                "{\"flow_id\": \"F\", \"run_number\": 1, \"user_name\": \"bob\","
                    + " \"ts_epoch\": 1700000000123, \"tags\": [\"t\"],"
                    + " \"system_tags\": [\"user:bob\"], \"last_heartbeat_ts\": null}"));
    assertThat(lastEvent())
        .isEqualTo(written(Events.run("F", 1).by("bob").tags("t").systemTags("user:bob")));
  }

  @Test
  void aRunOfAClientThatSendsHeartbeatsBeatsAtOnceAndHasEmptyTagsForNone() {
    server.given("/flows/F", "{}");

    assertThat(server.post("/flows/F/run", "{}").body())
        .isEqualTo(
            "{\"flow_id\": \"F\", \"run_number\": 1, \"user_name\": null,"
                + " \"ts_epoch\": 1700000000123, \"tags\": [], \"system_tags\": [],"
                + " \"last_heartbeat_ts\": 1700000000}");
  }

  @Test
  void runsOfAllFlowsAreNumberedTogether() {
    server.given("/flows/F", "{}");
    server.given("/flows/G", "{}");

    assertThat(server.post("/flows/F/run", "{}").body())
        .startsWith("{\"flow_id\": \"F\", \"run_number\": 1, ");
    assertThat(server.post("/flows/G/run", "{}").body())
        .startsWith("{\"flow_id\": \"G\", \"run_number\": 2, ");
  }

  @Test
  void aRunMayHaveANameOfAScheduler() {
    server.given("/flows/F", "{}");

    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")).body())
        .startsWith("{\"flow_id\": \"F\", \"run_number\": \"argo-1\", ");
    assertThat(((RunRegistered) lastEvent()).getRunNumber()).isEqualTo(1);
    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")))
        .isEqualTo(failure(409, "run F/argo-1 exists already"));
    assertThat(events()).isEqualTo(2);
  }

  @Test
  void whoLosesTheRaceForANameOfARunIsTold() {
    server.given("/flows/F", "{}");
    server
        .log()
        .beforeAppend(
            () ->
                server.views().apply(Events.run("F", 77).named("argo-1").at(1).writtenBy("other")));

    assertThat(server.post("/flows/F/run", json("{'run_number': 'argo-1'}")))
        .isEqualTo(failure(409, "run F/argo-1 exists already"));
  }

  @Test
  void aRunNeedsItsFlow() {
    assertThat(server.post("/flows/F/run", "{}"))
        .isEqualTo(failure(404, "flow F is not registered"));
    assertThat(server.log().history()).isEmpty();
  }

  // ---- steps -----------------------------------------------------------------------------------

  @Test
  void registersAStepThatShowsTheTagsOfItsRun() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['of run'], 'system_tags': ['sys']}"));

    assertThat(
            server.post(
                "/flows/F/runs/1/steps/start/step",
                json("{'user_name': 'bob', 'tags': ['own'], 'system_tags': null}")))
        .isEqualTo(
            Answer.success(
                "0@2",
                "{\"flow_id\": \"F\", \"run_number\": \"1\", \"step_name\": \"start\","
                    + " \"user_name\": \"bob\", \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [\"of run\"], \"system_tags\": [\"sys\"]}"));
    assertThat(lastEvent()).isEqualTo(written(Events.step("F", 1, "start").by("bob").tags("own")));
  }

  @Test
  void theUserOfAStepIsEmptyWhereAbsentAndNullWhereNull() {
    server.givenARun();

    server.given("/flows/F/runs/1/steps/a/step", "{}");
    assertThat(((StepRegistered) lastEvent()).getUserName()).isEmpty();
    server.given("/flows/F/runs/1/steps/b/step", json("{'user_name': null}"));
    assertThat(((StepRegistered) lastEvent()).getUserName()).isNull();
  }

  @Test
  void aStepIsRegisteredOnceUnderEitherNameOfItsRun() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'run_number': 'argo-1'}"));
    server.given("/flows/F/runs/argo-1/steps/start/step", "{}");

    assertThat(server.post("/flows/F/runs/1/steps/start/step", "{}"))
        .isEqualTo(failure(409, "step F/1/start exists already"));
    assertThat(server.post("/flows/F/runs/argo-1/steps/start/step", "{}"))
        .isEqualTo(failure(409, "step F/argo-1/start exists already"));
  }

  @Test
  void whoLosesTheRaceForAStepIsTold() {
    server.givenARun();
    server
        .log()
        .beforeAppend(
            () -> server.views().apply(Events.step("F", 1, "start").by("").at(1).writtenBy("o")));

    assertThat(server.post("/flows/F/runs/1/steps/start/step", "{}"))
        .isEqualTo(failure(409, "step F/1/start exists already"));
  }

  @ParameterizedTest
  @CsvSource({"G/runs/1, G/1", "F/runs/2, F/2", "F/runs/argo-1, F/argo-1", "G/runs/x, G/x"})
  void whatIsInARunNeedsTheRun(String path, String run) {
    server.givenARun();
    Answer unknown = failure(404, "run " + run + " is not registered");

    assertThat(server.post("/flows/" + path + "/steps/start/step", "{}")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + path + "/steps/start/task", "{}")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + path + "/heartbeat", "")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + path + "/steps/start/tasks/1/heartbeat", ""))
        .isEqualTo(unknown);
    assertThat(server.patch("/flows/" + path + "/tag/mutate", "{}")).isEqualTo(unknown);
    assertThat(events()).isEqualTo(2);
  }

  // ---- tasks -----------------------------------------------------------------------------------

  @Test
  void registersATask() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['of run']}"));
    server.given("/flows/F/runs/1/steps/start/step", "{}");

    assertThat(
            server.post(
                "/flows/F/runs/1/steps/start/task", json("{'user_name': 'bob', 'tags': []}")))
        .isEqualTo(
            Answer.success(
                "0@3",
                "{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 1,"
                    + " \"user_name\": \"bob\", \"ts_epoch\": 1700000000123,"
                    + " \"tags\": [\"of run\"], \"system_tags\": [],"
                    + " \"last_heartbeat_ts\": 1700000000}"));
    assertThat(lastEvent())
        .isEqualTo(written(Events.task("F", 1, "start", 1).by("bob").tags().beating(SECONDS)));
  }

  @Test
  void aTaskMayHaveANameOfAScheduler() {
    server.givenAStep();

    assertThat(server.post("/flows/F/runs/1/steps/start/task", json("{'task_id': 't-1'}")).body())
        .startsWith(
            "{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\","
                + " \"task_id\": \"t-1\", ");
    assertThat(server.post("/flows/F/runs/1/steps/start/task", json("{'task_id': 't-1'}")))
        .isEqualTo(failure(409, "task F/1/start/t-1 exists already"));
  }

  @Test
  void whoLosesTheRaceForANameOfATaskIsTold() {
    server.givenAStep();
    server
        .log()
        .beforeAppend(
            () ->
                server
                    .views()
                    .apply(Events.task("F", 1, "start", 77).named("t-1").at(1).writtenBy("other")));

    assertThat(server.post("/flows/F/runs/1/steps/start/task", json("{'task_id': 't-1'}")))
        .isEqualTo(failure(409, "task F/1/start/t-1 exists already"));
  }

  @Test
  void aTaskNeedsItsStep() {
    server.givenARun();

    assertThat(server.post("/flows/F/runs/1/steps/none/task", "{}"))
        .isEqualTo(failure(404, "step F/1/none is not registered"));
  }
}
