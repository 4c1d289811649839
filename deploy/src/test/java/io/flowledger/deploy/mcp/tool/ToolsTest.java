package io.flowledger.deploy.mcp.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Moments;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.fixture.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What models are answered, by what a server answers. */
class ToolsTest {

  private static final String TWO =
      """
      {"flow_id": "F", "run_number": 2, "user_name": "anna", "ts_epoch": 1795458600000,\
       "tags": ["nightly"], "system_tags": ["runtime:dev"], "status": "failed"}""";
  private static final String ONE =
      """
      {"flow_id": "F", "run_number": 1, "user_name": "anna", "ts_epoch": 1795458500000,\
       "tags": [], "system_tags": [], "status": "completed"}""";
  private static final String FAILED =
      """
      {"flow_id": "F", "run_number": 2, "run_id": null, "user_name": "anna", "tags": ["nightly"],\
       "status": "failed", "created_at": 1795458600000, "finished_at": 1795458605500,\
       "duration_ms": 5500, "tasks": {"total": 3, "failed": 1, "killed-or-lost": 0}, "steps": [\
       {"step_name": "_parameters", "tasks": {"total": 1, "completed": 1}},\
       {"step_name": "start", "tasks": {"total": 1, "completed": 1, "failed": 0}},\
       {"step_name": "train", "tasks": {"total": 1, "completed": 0, "failed": 1}}],\
       "failures_total": 1,\
       "failures": [{"pathspec": "F/2/train/7", "attempt": 1, "failed_at": 1795458605000}],\
       "longest": [{"pathspec": "F/2/train/7", "attempt": 1, "state": "failed",\
       "duration_ms": 92}]}""";
  private static final String COMPLETED =
      """
      {"flow_id": "F", "run_number": 3, "user_name": "anna", "tags": [], "status": "completed",\
       "created_at": 1795458600000, "tasks": {}, "steps": [], "failures_total": 0,\
       "failures": [], "longest": []}""";
  private static final String METADATA =
      """
      [{"field_name": "attempt_ok", "value": "False", "ts_epoch": 1795458605000,\
       "tags": ["attempt_id:1"]},\
       {"field_name": "rows", "value": "0", "type": "user", "tags": ["attempt_id:1"]},\
       {"field_name": "runtime", "value": "dev", "tags": ["attempt_id:1"]},\
       {"field_name": "attempt_ok", "value": "False", "ts_epoch": 1795458603000,\
       "tags": ["attempt_id:0"]},\
       {"field_name": "rows", "value": "9", "type": "user", "tags": ["attempt_id:0"]}]""";
  private static final String EXCEPTION =
      """
      {"name": "_exception", "attempt_id": 1, "sha": "8e17009d3df8a2eb437ceff323d4be486535e04b",\
       "content_type": "pickle-v4", "ds_type": "s3", "location": "s3://b/F/data/8e/8e17"}""";
  private static final String DIFF =
      """
      {"from": {"pathspec": "F/1", "as_of": null}, "to": {"pathspec": "F/2", "as_of": null},\
       "tags": {"added": ["nightly"], "removed": []}, "steps": {"added": [], "removed": ["end"]},\
       "tasks": {"added": [], "removed": ["end/0"]}, "metadata": {"added": [], "removed": [\
       {"task": "end/0", "field_name": "runtime", "value": "dev"}], "changed": [\
       {"task": "train/0", "field_name": "attempt_ok", "from": "True", "to": "False"},\
       {"task": "start/0", "field_name": "python_version", "from": "3.11", "to": "3.12"},\
       {"task": "train/0", "field_name": "python_version", "from": "3.11", "to": "3.12"},\
       {"task": "start/0", "field_name": "git_commit", "from": "aa", "to": "bb"},\
       {"task": "start/0", "field_name": "source", "from": "good", "to": "bad"}]},\
       "artifacts": {"added": [{"task": "train/0", "attempt_id": 1, "name": "rows", "sha": "b6"}],\
       "removed": [], "changed": [\
       {"task": "train/0", "attempt_id": 0, "name": "rows", "from": "b6", "to": "b7"},\
       {"task": "start/0", "attempt_id": 0, "name": "rate", "from": "54", "to": "4c"},\
       {"task": "start/0", "attempt_id": 0, "name": "table", "from": "01", "to": "02"},\
       {"task": "_parameters/0", "attempt_id": 0, "name": "rate",\
       "from": "54e1ac470e0eeb1c918af247d1ad5d25d4d4884e", "to": "4c"},\
       {"task": "train/0", "attempt_id": 0, "name": "_success", "from": "1", "to": "2"}]}}""";
  private static final String EXPLAINED =
      """
      {"summary":"F/2: 1 task of step train failed, the last time in attempt 1; since F/1, the last\
       run that completed, there are other parameters: rate; code: git_commit; metadata: source;\
       environment: python_version",\
      "run":{"run":"F/2","status":"failed","user":"anna","created":"2026-11-23T18:30:00Z",\
      "finished":"2026-11-23T18:30:05.500Z","duration_s":5.5,"tags":["nightly"]},\
      "steps":[{"step":"start","completed":1},{"step":"train","failed":1}],\
      "failed_tasks":[{"task":"F/2/train/7","attempt":1,"failed_at":"2026-11-23T18:30:05Z",\
      "attempts":[{"attempt":0,"ok":false,"ended":"2026-11-23T18:30:03Z"},\
      {"attempt":1,"ok":false,"ended":"2026-11-23T18:30:05Z"}],"metadata":{"rows":"0"},\
      "exception":{"artifact":"_exception","sha":"8e17009d3df8a2eb437ceff323d4be486535e04b",\
      "content_type":"pickle-v4","datastore":"s3","location":"s3://b/F/data/8e/8e17",\
      "read_it":"python -c \\"from metaflow import Task, namespace; namespace(None); t =\
       Task('F/2/train/7'); print(t.exception); print(t.stderr)\\""}}],\
      "last_success":{"run":"F/1","status":"completed","user":"anna",\
      "created":"2026-11-23T18:28:20Z"},\
      "changed_since":{"parameters":[{"name":"rate","from":"54e1ac470e0e","to":"4c",\
      "in":"_parameters/0"}],"code":[{"name":"git_commit","from":"aa","to":"bb","in":"start/0"}],\
      "metadata":[{"name":"source","from":"good","to":"bad","in":"start/0"}],\
      "tags":{"added":["nightly"]},\
      "environment":[{"name":"python_version","from":"3.11","to":"3.12",\
      "in":"2 tasks, first start/0"}],"steps":{"removed":["end"]},"tasks":{"removed":["end/0"]},\
      "artifacts_by_step":[{"step":"start","artifacts":["table"]},\
      {"step":"train","artifacts":["rows"]}]},\
      "read_parameters":"python -c \\"from metaflow import Run, namespace; namespace(None);\
       print([{p: r['_parameters'].task[p].data for p in ['rate']} for r in map(Run, ['F/1',\
       'F/2'])])\\""}""";

  private final FakeServer server = new FakeServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private String call(String tool, Map<String, Object> arguments) {
    Clock clock = Clock.fixed(Instant.parse("2026-11-23T18:30:00Z"), ZoneOffset.UTC);
    ServerClient client = new ServerClient(server.url(), Map.of(), Optional.empty(), time -> {});
    return Tools.of(true).stream()
        .filter(one -> one.name().equals(tool))
        .findFirst()
        .orElseThrow()
        .call(client, new Moments(clock), arguments);
  }

  private void failedRun() {
    server
        .answer("/flows/F/runs?_limit=1", "[" + TWO + "]")
        .answer("/flows/F/runs/2/status", FAILED)
        .answer("/flows/F/runs?status=completed&run_number%3Alt=2&_limit=1", "[" + ONE + "]")
        .answer("/flows/F/runs/1/diff?run=2", DIFF)
        .answer("/flows/F/runs/2/steps/train/tasks/7/metadata?_limit=200", METADATA)
        .answer("/flows/F/runs/2/steps/train/tasks/7/artifacts/_exception", EXCEPTION);
  }

  @Test
  void whyTheLatestRunHasFailedAndWhatHasChangedSinceItWorked() {
    failedRun();
    assertThat(call("explain_failure", Map.of("flow", "F"))).isEqualTo(EXPLAINED);
    assertThat(server.requests()).hasSize(6);
  }

  @Test
  void aRunThatIsNamedInAnyOfTheWaysThatModelsWriteIt() {
    failedRun();
    for (Map<String, Object> arguments :
        List.<Map<String, Object>>of(
            Map.of("flow", "F", "run", 2),
            Map.of("flow", "F", "run", "F/2"),
            Map.of("flow", "F/2"),
            Map.of("flow", "F", "run", "latest"))) {
      assertThat(call("explain_failure", arguments)).isEqualTo(EXPLAINED);
    }
  }

  @Test
  void whereTheLatestRunIsWellTheLastOneThatFailedIsExplained() {
    failedRun();
    server.answer("/flows/G/runs?_limit=1", "[" + COMPLETED.replace("\"F\"", "\"G\"") + "]");
    server
        .answer("/flows/G/runs/3/status", COMPLETED)
        .answer("/flows/G/runs?status=running&_limit=1", "[]")
        .answer("/flows/G/runs?status=failed&_limit=1", "[" + TWO + "]");
    assertThat(call("explain_failure", Map.of("flow", "G")))
        .isEqualTo(
            """
            {"note":"the latest run, F/3 has not failed: it is completed; explained is the last one\
             that failed",%s"""
                .formatted(EXPLAINED.substring(1)));
  }

  /** It counts as running until its heartbeats have been missed. */
  @Test
  void oneThatHasFailedAMomentAgoIsTheLastThatFailed() {
    failedRun();
    server.answer("/flows/G/runs?_limit=1", "[" + COMPLETED.replace("\"F\"", "\"G\"") + "]");
    String running = FAILED.replace("\"status\": \"failed\"", "\"status\": \"running\"");
    server
        .answer("/flows/G/runs/3/status", COMPLETED)
        .answer("/flows/G/runs?status=failed&_limit=1", "[]")
        .answer("/flows/G/runs?status=running&_limit=1", "[" + TWO + "]")
        .answer("/flows/F/runs/2/status", running);
    assertThat(call("explain_failure", Map.of("flow", "G")))
        .startsWith("{\"note\":\"the latest run, F/3 has not failed: it is completed; explained")
        .contains("\"summary\":\"F/2: 1 task of step train failed")
        .contains("\"still_running\":\"tasks have failed, but the run counts as running");
  }

  @Test
  void whereNoneHasFailedThatIsSaid() {
    server
        .answer("/flows/F/runs?_limit=1", "[" + COMPLETED + "]")
        .answer("/flows/F/runs/3/status", COMPLETED)
        .answer("/flows/F/runs?status=running&_limit=1", "[]")
        .answer("/flows/F/runs?status=failed&_limit=1", "[]");
    assertThat(call("explain_failure", Map.of("flow", "F")))
        .isEqualTo(
            """
            {"summary":"F/3 has not failed: it is completed, and no other run has failed",\
            "run":{"run":"F/3","status":"completed","user":"anna",\
            "created":"2026-11-23T18:30:00Z"}}""");
  }

  @Test
  void whatCannotBeComparedIsExplainedWithoutThat() {
    failedRun();
    server.answer("/flows/F/runs/9/status", FAILED);
    server.answer("/flows/F/runs/8/diff?run=2", 400, "{\"message\": \"too large\"}", Map.of());
    server.answer(
        "/flows/F/runs?status=completed&run_number%3Alt=2&_limit=1",
        "[" + ONE.replace("\"run_number\": 1", "\"run_number\": 8") + "]");
    call("explain_failure", Map.of("flow", "F")); // takes the first answer
    assertThat(call("explain_failure", Map.of("flow", "F", "run", "9")))
        .contains("\"not_comparable\":\"too large\"")
        .contains("\"failed_tasks\":[{\"task\":\"F/2/train/7\"");
  }

  @Test
  void noCommandHasANameThatMeansSomethingToAShell() {
    assertThat(Snippets.exception("F/2/train/7")).isPresent();
    assertThat(Snippets.exception("F/$(reboot)/train/7")).isEmpty();
    assertThat(Snippets.stderr("F/2/`x`/7")).isEmpty();
    assertThat(Snippets.parameters("F/1", "F/2", List.of("a'b", "c"))).isPresent();
    assertThat(Snippets.parameters("F/1", "F/2", List.of("a'b"))).isEmpty();
  }

  @Test
  void runsByFilters() {
    server.answer(
        "/flows/F/runs?status=failed&_tags=nightly&user_name=anna&ts_epoch%3Age=1795285800000&_limit=1",
        200, "[" + TWO + "]", Map.of("X-Next-Cursor", "abc"));
    assertThat(
            call(
                "list_runs",
                Map.of(
                    "flow", "F", "status", "failed", "tag", "nightly", "user", "anna", "since",
                    "2d", "limit", 1)))
        .isEqualTo(
            """
            {"runs":[{"run":"F/2","status":"failed","user":"anna",\
            "created":"2026-11-23T18:30:00Z","tags":["nightly"]}],"next_cursor":"abc",\
            "more":"there is more: call again with cursor set to next_cursor"}""");
  }

  @Test
  void theNextPage() {
    server.answer(
        "/flows/F/runs?status=running%2Ccompleted%2Cfailed&_limit=20&_cursor=abc", "[" + ONE + "]");
    assertThat(call("list_runs", Map.of("flow", "F", "cursor", "abc")))
        .isEqualTo(
            """
            {"runs":[{"run":"F/1","status":"completed","user":"anna",\
            "created":"2026-11-23T18:28:20Z"}]}""");
  }

  @Test
  void tagsAreChangedByOneRequest() {
    server.answer("/flows/F/runs/2/tag/mutate", "{\"tags\": [\"prod\"]}");
    assertThat(
            call(
                "edit_tags",
                Map.of("flow", "F", "run", "2", "add", List.of("prod"), "remove", List.of())))
        .isEqualTo("{\"run\":\"F/2\",\"tags\":[\"prod\"]}");
    assertThat(server.bodies())
        .allMatch(
            body ->
                body.contains("\"tags_to_add\":[\"prod\"]")
                    && body.contains("\"tags_to_remove\":[]"));
  }

  @Test
  void onlyWhoAsksForItGetsToolsThatChangeSomething() {
    assertThat(Tools.of(false)).noneMatch(Tool::writes);
    assertThat(Tools.of(true))
        .filteredOn(Tool::writes)
        .extracting(Tool::name)
        .containsExactly("edit_tags");
  }

  @Test
  void everyToolHasARowInItsDocument() throws IOException {
    Path document =
        Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../docs/mcp.md");
    List<String> rows =
        Files.readAllLines(document).stream().filter(line -> line.startsWith("| `")).toList();
    assertThat(Tools.of(true))
        .allMatch(tool -> rows.stream().anyMatch(row -> row.contains("`" + tool.name() + "`")));
  }

  @Test
  void argumentsThatAreNoneAreToldWhatThereIs() {
    assertThatThrownBy(() -> call("run_status", Map.of("flw", "F")))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("there is no parameter 'flw'; there are: flow, run");
    assertThatThrownBy(() -> call("run_status", Map.of()))
        .hasMessage("the parameter 'flow' is missing: Name of the flow, for example TrainFlow.");
    assertThatThrownBy(() -> call("list_runs", Map.of("flow", "F", "status", "bad")))
        .hasMessage("'status' has to be one of running, completed, failed");
    assertThatThrownBy(() -> call("list_runs", Map.of("flow", "F", "limit", "ten")))
        .hasMessage("'limit' has to be an integer");
    assertThatThrownBy(() -> call("history", Map.of("pathspec", "F//x")))
        .hasMessage(
            "'F//x' is no pathspec such as TrainFlow, TrainFlow/12 or TrainFlow/12/start/34");
    assertThatThrownBy(() -> call("search", Map.of("field", "a")))
        .hasMessage("field and value go together");
  }

  @Test
  void whatTheServerRefusesIsSaid() {
    assertThatThrownBy(() -> call("run_status", Map.of("flow", "F/7")))
        .hasMessage("/flows/F/runs/7/status is not registered");
  }

  @Test
  void longValuesAreCutAndLongListsToo() {
    String value = "x".repeat(1000);
    server.answer(
        "/search?field=f&value=v&_limit=20",
        "[{\"pathspec\": \"F/1/start/2\", \"value\": \"%s\"}]".formatted(value));
    assertThat(call("search", Map.of("field", "f", "value", "v")))
        .isEqualTo(
            "{\"found\":[{\"pathspec\":\"F/1/start/2\",\"value\":\"%s... (1000 characters)\"}]}"
                .formatted("x".repeat(240)));
  }

  @Test
  void anAnswerThatDoesNotFitIsNotRead() {
    server.answer("/search?tag=t&_limit=20", "[{\"tag\": \"%s\"}]".formatted("x".repeat(3 << 20)));
    assertThatThrownBy(() -> call("search", Map.of("tag", "t")))
        .hasMessage("the answer of /search has more than 2097152 bytes");
  }
}
