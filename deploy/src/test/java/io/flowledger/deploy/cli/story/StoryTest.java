package io.flowledger.deploy.cli.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Tone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which sentences which events make. */
class StoryTest {

  private final HistoryEvents events = new HistoryEvents("HelloFlow", 0);

  private static List<String> told(Story story, JsonNode... history) {
    List<String> sentences = new ArrayList<>();
    Arrays.stream(history)
        .flatMap(event -> story.tell(event).stream())
        .map(Sentence::text)
        .forEach(sentences::add);
    return sentences;
  }

  private static Story ofRun() {
    return new Story(Pathspec.of("HelloFlow", "3"), false);
  }

  private static Story ofFlow() {
    return new Story(Pathspec.of("HelloFlow"), false);
  }

  private static Story ofRunWithEverything() {
    return new Story(Pathspec.of("HelloFlow", "3"), true);
  }

  @Test
  void registrations() {
    assertThat(
            told(
                ofRun(),
                events.event("FlowRegistered", "{'tags': null}"),
                events.ofRun(3, "RunRegistered", "{'tags': ['x', 'y'], 'system_tags': ['z']}"),
                events.ofStep(3, "start", "StepRegistered", "{}"),
                events.ofTask(3, "start", 5, "TaskRegistered", "{}")))
        .containsExactly(
            "flow HelloFlow registered by ada",
            "run 3 registered by ada (tags: x, y)",
            "step start",
            "task start/5 registered");
  }

  @Test
  void whereNobodyGaveANameTheSenderIsNamed() {
    assertThat(
            told(
                ofRun(),
                events.event("FlowRegistered", "{}").putNull("user_name"),
                events
                    .event("FlowRegistered", "{}")
                    .putNull("user_name")
                    .put("credential", "ci-bot"),
                events.event("FlowRegistered", "{}").putNull("user_name").putNull("address")))
        .containsExactly(
            "flow HelloFlow registered by address 127.0.0.1",
            "flow HelloFlow registered by ci-bot from address 127.0.0.1",
            "flow HelloFlow registered");
  }

  @Test
  void attemptsAndTheirEnds() {
    assertThat(
            told(
                ofRun(),
                events.ofRun(3, "RunRegistered", "{}"),
                events.metadata(3, "start", 5, 0, "attempt", "0"),
                events.metadata(3, "start", 5, 0, "attempt_ok", "False"),
                events.metadata(3, "start", 5, 0, "attempt-done", "0"),
                events.metadata(3, "start", 5, 1, "attempt", "1"),
                events.metadata(3, "start", 5, 1, "attempt_ok", "True"),
                events.metadata(3, "start", 5, 1, "attempt_ok", "perhaps")))
        .containsExactly(
            "run 3 registered by ada",
            "attempt 0 of start/5 begins",
            "attempt 0 of start/5 FAILED",
            "attempt 1 of start/5 begins (retry)",
            "attempt 1 of start/5 succeeded",
            "start/5: attempt_ok = perhaps");
  }

  @Test
  void anOutcomeWithoutATagIsOfSomeAttempt() {
    assertThat(
            told(
                ofRun(),
                events
                    .ofTask(
                        3,
                        "start",
                        5,
                        "MetadataRecorded",
                        "{'entries': [{'field_name': 'attempt_ok', 'value': 'true',"
                            + " 'tags': null}]}")
                    .putNull("user_name")))
        .containsExactly("an attempt of start/5 succeeded");
  }

  /** As artifacts have it that were recorded without a name. */
  @Test
  void aNameOfSpacesIsNone() {
    assertThat(told(ofRun(), events.artifacts(3, "s", 5, 0, "a").put("user_name", " ")))
        .containsExactly("s/5 attempt 0 recorded 1 artifact: a");
  }

  @Test
  void plumbingIsToldOnlyWhereEverythingIs() {
    JsonNode recorded =
        events.metadata(
            3,
            "start",
            5,
            0,
            "attempt",
            "0",
            "origin-run-id",
            "None",
            "ds-type",
            "local",
            "python_version",
            "3.11",
            "foreach-stack",
            "{items=2}");
    assertThat(told(ofRun(), recorded))
        .containsExactly(
            "attempt 0 of start/5 begins by ada", "start/5: foreach-stack = {items=2} by ada");
    assertThat(told(ofRunWithEverything(), recorded))
        .containsExactly(
            "attempt 0 of start/5 begins by ada",
            "start/5: origin-run-id = None, ds-type = local, python_version = 3.11,"
                + " foreach-stack = {items=2} by ada");
  }

  @Test
  void theParametersAreToldOnlyWhereEverythingIs() {
    JsonNode[] history = {
      events.ofStep(3, "_parameters", "StepRegistered", "{}"),
      events.ofTask(3, "_parameters", 1, "TaskRegistered", "{}"),
      events.metadata(3, "_parameters", 1, 0, "attempt-done", "0"),
      events.artifacts(3, "_parameters", 1, 0, "name", "_graph_info"),
    };
    assertThat(told(ofRun(), history)).isEmpty();
    assertThat(told(ofRunWithEverything(), history))
        .containsExactly(
            "step _parameters by ada",
            "task _parameters/1 registered",
            "_parameters/1: attempt-done = 0",
            "_parameters/1 attempt 0 recorded 2 artifacts: name, _graph_info");
  }

  @Test
  void aResumedRunSaysSoOnceEvenByItsParameters() {
    assertThat(
            told(
                ofRun(),
                events.metadata(3, "_parameters", 10, 0, "origin-run-id", "2"),
                events.metadata(
                    3, "start", 11, 0, "origin-task-id", "5", "origin-run-id", "2", "attempt", "0"),
                events.metadata(3, "end", 12, 0, "attempt", "0", "origin-run-id", "2")))
        .containsExactly(
            "run 3 resumed from run 2 by ada",
            "start/11 cloned from 2/start/5",
            "attempt 0 of start/11 begins",
            "attempt 0 of end/12 begins");
  }

  @Test
  void artifactsAreSummarised() {
    assertThat(
            told(
                ofRun(),
                events.ofRun(3, "RunRegistered", "{}"),
                events.artifacts(3, "start", 5, 1, "x", "_transition", "y"),
                events.artifacts(3, "start", 5, 1, "model"),
                events.artifacts(3, "start", 5, 1, "_task_ok"),
                events.artifacts(3, "start", 5, 1, "a", "b", "c", "d", "e", "f", "g")))
        .containsExactly(
            "run 3 registered by ada",
            "start/5 attempt 1 recorded 2 artifacts: x, y",
            "start/5 attempt 1 recorded 1 artifact: model",
            "start/5 attempt 1 recorded 7 artifacts: a, b, c, d, e, f, ...");
    assertThat(
            told(
                ofRunWithEverything(),
                events.artifacts(3, "s", 5, 0, "a", "b", "c", "d", "e", "f", "_g")))
        .containsExactly("s/5 attempt 0 recorded 7 artifacts: a, b, c, d, e, f, _g by ada");
  }

  @Test
  void tagChanges() {
    String change = "{'tags_to_add': ['prod', 'v2'], 'tags_to_remove': ['test']}";
    JsonNode byAddress = events.ofRun(3, "RunTagsMutated", change).putNull("user_name");
    assertThat(
            told(
                ofRun(),
                byAddress,
                events
                    .ofRun(3, "RunTagsMutated", "{'tags_to_add': []}")
                    .putNull("user_name")
                    .put("credential", "ci-bot")
                    .putNull("address")))
        .containsExactly("tags: +prod +v2 -test by address 127.0.0.1", "tags: unchanged by ci-bot");
    assertThat(told(ofFlow(), byAddress))
        .containsExactly("run 3 tags: +prod +v2 -test by address 127.0.0.1");
  }

  @Test
  void inTheStoryOfAFlowEveryNameSaysItsRun() {
    assertThat(
            told(
                ofFlow(),
                events.ofRun(3, "RunRegistered", "{}"),
                events.ofRun(4, "RunRegistered", "{'run_id': 'argo-x'}").put("user_name", "bob"),
                events.ofStep(3, "start", "StepRegistered", "{}"),
                events
                    .ofTask(4, "start", 6, "TaskRegistered", "{'task_name': 't-1'}")
                    .put("user_name", "bob"),
                events.artifacts(4, "start", 6, 0, "x").put("user_name", "bob")))
        .containsExactly(
            "run 3 registered by ada",
            "run argo-x registered by bob",
            "step 3/start",
            "task argo-x/start/t-1 registered",
            "argo-x/start/t-1 attempt 0 recorded 1 artifact: x");
  }

  @Test
  void inTheStoryOfATaskItIsCalledAsItWasAskedFor() {
    Story story = new Story(Pathspec.of("HelloFlow", "argo-x", "start", "t-1"), false);
    assertThat(told(story, events.metadata(4, "start", 6, 0, "attempt", "0")))
        .containsExactly("attempt 0 of start/t-1 begins by ada");
  }

  @Test
  void whoeverElseActsIsNamed() {
    assertThat(
            told(
                ofRun(),
                events.ofRun(3, "RunRegistered", "{}"),
                events.ofStep(3, "start", "StepRegistered", "{}"),
                events.ofStep(3, "join", "StepRegistered", "{}").put("user_name", "bob"),
                events.ofStep(3, "end", "StepRegistered", "{}").put("user_name", "bob")))
        .containsExactly("run 3 registered by ada", "step start", "step join by bob", "step end");
  }

  @Test
  void whatWasNotAcceptedIsAlwaysToldAndMarked() {
    Story story = ofRun();
    assertThat(
            told(
                story,
                events.ofRun(3, "RunRegistered", "{}"),
                events
                    .ofStep(3, "_parameters", "StepRegistered", "{}")
                    .put("verdict", "superseded")
                    .put("reason", "the step is registered already"),
                events
                    .metadata(3, "nowhere", 9, 0, "ds-type", "local")
                    .put("verdict", "rejected")
                    .put("reason", "there is no task 9")))
        .containsExactly(
            "run 3 registered by ada",
            "step _parameters [superseded: the step is registered already]",
            "nowhere/9: ds-type = local [rejected: there is no task 9]");
    assertThat(story.tell(events.ofStep(3, "x", "StepRegistered", "{}").put("verdict", "rejected")))
        .containsExactly(new Sentence("step x [rejected]", Tone.BAD));
  }

  @Test
  void whatALaterVersionHasInventedIsNamed() {
    assertThat(told(ofRun(), events.ofRun(3, "RunArchived", "{}").putNull("user_name")))
        .containsExactly("RunArchived");
  }

  @Test
  void valuesCannotActOnTheTerminalNorFillIt() {
    assertThat(
            told(
                ofRun(),
                events
                    .metadata(3, "start", 5, 0, "note", "\u001b[2J\n" + "x".repeat(100))
                    .putNull("user_name")))
        .containsExactly("start/5: note = \\u001b[2J\\n" + "x".repeat(72) + "...");
  }
}
