package io.flowledger.deploy.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import org.junit.jupiter.api.Test;

class ShowCommandTest extends CommandTest {

  private static final String RUN =
      """
      {"flow_id": "F", "run_number": 3, "user_name": "ada", "ts_epoch": 1795458600000,\
       "tags": ["x", "y"], "system_tags": [], "last_heartbeat_ts": 1795458663}""";

  private static final String TASK =
      """
      {"flow_id": "F", "run_number": 3, "step_name": "start", "task_id": 5}""";
  private static final String METADATA =
      """
      [{"id": 8, "field_name": "attempt_ok", "value": "True", "tags": ["attempt_id:0"],\
       "ts_epoch": 1795458602000},\
       {"id": 7, "field_name": "note", "value": "two\\nlines", "tags": [],\
       "ts_epoch": 1795458601000}]""";
  private static final String ARTIFACTS =
      """
      [{"name": "x", "attempt_id": 0, "content_type": "pickle-v4", "sha": "ab",\
       "location": ":root:/data"}, {"name": "model", "attempt_id": 0, "sha": null}]""";

  private void task() {
    String path = "/flows/F/runs/3/steps/start/tasks/5";
    server
        .answer(path, TASK)
        .answer(path + "/metadata", METADATA)
        .answer(path + "/artifacts", ARTIFACTS);
  }

  @Test
  void aRun() {
    server.answer("/flows/F/runs/3", RUN);
    assertThat(run("show", "F/3"))
        .isEqualTo(
            printed(
                """
                run F/3
                  flow_id            F
                  run_number         3
                  user_name          ada
                  ts_epoch           2026-11-23 19:30:00
                  tags               x, y
                  system_tags        -
                  last_heartbeat_ts  2026-11-23 19:31:03
                """));
  }

  @Test
  void aTaskWithItsMetadataAndArtifacts() {
    task();
    assertThat(run("show", "F/3/start/5"))
        .isEqualTo(
            printed(
                """
                task F/3/start/5
                  flow_id     F
                  run_number  3
                  step_name   start
                  task_id     5

                TS_EPOCH             TAGS          FIELD_NAME  VALUE
                2026-11-23 19:30:01  -             note        two\\nlines
                2026-11-23 19:30:02  attempt_id:0  attempt_ok  True

                NAME   ATTEMPT_ID  CONTENT_TYPE  SHA  LOCATION
                model  0           -             -    -
                x      0           pickle-v4     ab   :root:/data
                """));
  }

  @Test
  void jsonIsWhatTheServerAnswered() {
    task();
    assertThat(run("show", "F/3/start/5", "--json"))
        .isEqualTo(printed(TASK + "\n" + METADATA + "\n" + ARTIFACTS + "\n"));
  }

  @Test
  void aTaskWithoutAny() {
    server
        .answer("/flows/F/runs/3/steps/start/tasks/5", TASK)
        .answer("/flows/F/runs/3/steps/start/tasks/5/metadata", "[]")
        .answer("/flows/F/runs/3/steps/start/tasks/5/artifacts", "[]");
    assertThat(run("show", "F/3/start/5").out().lines()).hasSize(5);
  }

  @Test
  void aStepAndAnArtifact() {
    server
        .answer("/flows/F/runs/3/steps/start", "{\"step_name\": \"start\"}")
        .answer("/flows/F/runs/3/steps/start/tasks/5/artifacts/x", "{\"name\": \"x\"}");
    assertThat(run("show", "F/3/start")).isEqualTo(printed("step F/3/start\n  step_name  start\n"));
    assertThat(run("show", "F/3/start/5/x"))
        .isEqualTo(printed("artifact F/3/start/5/x\n  name  x\n"));
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(run("show", "F/9"))
        .isEqualTo(failed(3, "flowledger: /flows/F/runs/9 is not registered\n"));
  }
}
