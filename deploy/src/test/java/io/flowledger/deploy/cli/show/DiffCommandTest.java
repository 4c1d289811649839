package io.flowledger.deploy.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import org.junit.jupiter.api.Test;

class DiffCommandTest extends CommandTest {

  private static final String DIFF =
      """
      {"from": {"pathspec": "F/3", "as_of": "0@12"}, "to": {"pathspec": "F/3", "as_of": null},\
       "tags": {"added": ["prod"], "removed": ["test"]},\
       "steps": {"added": ["end"], "removed": []}, "tasks": {"added": [], "removed": []},\
       "metadata": {"added": [{"task": "start/2", "field_name": "attempt", "value": "0"}],\
       "removed": [], "changed": [{"task": "start/2", "field_name": "x", "from": "1", "to": "2"}]},\
       "artifacts": {"added": [{"task": "start/2", "attempt_id": 0, "name": "x", "sha": "ab"}],\
       "removed": [{"task": "start/2", "attempt_id": 0, "name": "old", "sha": null}],\
       "changed": [{"task": "start/2", "attempt_id": 1, "name": "y", "from": "c", "to": "d"}]}}""";

  private static final String SAME =
      """
      {"from": {"pathspec": "F/3", "as_of": null}, "to": {"pathspec": "F/4", "as_of": null},\
       "tags": {"added": [], "removed": []}, "metadata": {"added": []}}""";

  @Test
  void differencesHaveTheSignsOfADiff() {
    server.answer("/flows/F/runs/3/diff", DIFF);
    assertThat(run("diff", "F/3"))
        .isEqualTo(
            printed(
                """
                --- F/3 as of 0@12
                +++ F/3 now
                tags
                - test
                + prod
                steps
                + end
                metadata
                + start/2 attempt = 0
                ~ start/2 x: 1 -> 2
                artifacts
                - start/2 attempt 0 old -
                + start/2 attempt 0 x ab
                ~ start/2 attempt 1 y: c -> d
                """));
  }

  @Test
  void twoRuns() {
    server.answer("/flows/F/runs/3/diff?run=4", SAME);
    assertThat(run("diff", "F/3", "F/4"))
        .isEqualTo(printed("--- F/3 now\n+++ F/4 now\nno differences\n"));
  }

  @Test
  void twoMoments() {
    server.answer("/flows/F/runs/3/diff?from=0%4012&to=1795455000000", DIFF);
    assertThat(run("diff", "F/3", "--from", "0@12", "--to", "1h").status()).isZero();
  }

  @Test
  void jsonIsWhatTheServerAnswered() {
    server.answer("/flows/F/runs/3/diff", DIFF);
    assertThat(run("diff", "F/3", "--json")).isEqualTo(printed(DIFF + "\n"));
  }

  @Test
  void theExitCodeTellsOfDifferencesWhereAskedTo() {
    server.answer("/flows/F/runs/3/diff", DIFF).answer("/flows/F/runs/3/diff?run=4", SAME);
    assertThat(run("diff", "F/3", "--exit-code").status()).isEqualTo(9);
    assertThat(run("diff", "F/3", "F/4", "--exit-code").status()).isZero();
  }

  @Test
  void coloursAreThoseOfADiff() {
    server.answer("/flows/F/runs/3/diff?run=4", SAME);
    assertThat(run("diff", "F/3", "F/4", "--color=always"))
        .isEqualTo(
            printed(
                "\u001b[31m--- F/3 now\u001b[0m\n\u001b[32m+++ F/4 now\u001b[0m\n"
                    + "no differences\n"));
  }

  @Test
  void whatMakesNoSenseIsMisuse() {
    assertThat(run("diff", "F")).isEqualTo(failed(2, "'F' is no run; it must be FLOW/RUN\n"));
    assertThat(run("diff", "F/3", "G/4"))
        .isEqualTo(failed(2, "'G/4' is no other run of F; it must be F/RUN\n"));
    assertThat(run("diff", "F/3", "F/4", "--from", "2d"))
        .isEqualTo(failed(2, "--from makes no sense with two runs\n"));
    assertThat(run("diff", "F/3", "--to", "later").status()).isEqualTo(2);
  }
}
