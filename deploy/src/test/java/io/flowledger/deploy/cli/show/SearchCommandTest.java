package io.flowledger.deploy.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchCommandTest extends CommandTest {

  private static final String TASKS =
      """
      [{"kind": "task", "pathspec": "F/3/start/5", "field_name": "commit", "value": "4f2a",\
       "ts_epoch": 1795458600000}]""";
  private static final String MORE_TASKS =
      """
      [{"kind": "task", "pathspec": "F/2/start/4", "field_name": "commit", "value": "4f2a",\
       "ts_epoch": 1795458500000}]""";
  private static final String RUNS =
      """
      [{"kind": "run", "pathspec": "F/3", "flow_id": "F", "run_number": 3, "tag": "prod",\
       "ts_epoch": 1795458600000}]""";

  @Test
  void tasksByAField() {
    server.answer("/search?field=commit&value=4f2a&_limit=20", TASKS);
    assertThat(run("search", "commit=4f2a"))
        .isEqualTo(
            printed(
                """
                WHEN                 WHAT         WITH
                2026-11-23 19:30:00  F/3/start/5  commit = 4f2a
                """));
  }

  @Test
  void runsByATag() {
    server.answer("/search?tag=prod&_limit=5", RUNS);
    assertThat(run("search", "--tag", "prod", "-n", "5"))
        .isEqualTo(
            printed(
                """
                WHEN                 WHAT  WITH
                2026-11-23 19:30:00  F/3   prod
                """));
  }

  @Test
  void theFirstSignDecidesAndTheRestIsTheValue() {
    server
        .answer("/search?field=commit&value=%5E4%3D&op=re&_limit=20", TASKS)
        .answer("/search?field=commit&value=a%7Eb%3Dc&_limit=20", TASKS);
    assertThat(run("search", "commit~^4=").status()).isZero();
    assertThat(run("search", "commit=a~b=c").status()).isZero();
  }

  @Test
  void inAFlowSinceATime() {
    server.answer("/search?field=a&value=1&flow=F&since=1795285800000&_limit=20", "[]");
    assertThat(run("search", "a=1", "--flow", "F", "--since", "2d"))
        .isEqualTo(printed("nothing found\n"));
  }

  @Test
  void pagesAreTurnedUntilThereIsEnough() {
    server
        .answer(
            "/search?field=commit&value=4f2a&_limit=2", 200, TASKS, Map.of("X-Next-Cursor", "n"))
        .answer(
            "/search?field=commit&value=4f2a&_limit=1&_cursor=n",
            200,
            MORE_TASKS,
            Map.of("X-Next-Cursor", "m"));
    assertThat(run("search", "commit=4f2a", "-n", "2"))
        .isEqualTo(
            printed(
                """
                WHEN                 WHAT         WITH
                2026-11-23 19:30:00  F/3/start/5  commit = 4f2a
                2026-11-23 19:28:20  F/2/start/4  commit = 4f2a
                ... and more; see -n
                """));
    assertThat(run("search", "commit=4f2a", "-n", "2", "--json"))
        .isEqualTo(printed(TASKS + "\n" + MORE_TASKS + "\n"));
  }

  @Test
  void whatMakesNoSenseIsMisuse() {
    Ended neither = failed(2, "either FIELD=VALUE, FIELD~REGEX or --tag is needed\n");
    assertThat(run("search")).isEqualTo(neither);
    assertThat(run("search", "a=1", "--tag", "x")).isEqualTo(neither);
    assertThat(run("search", "a"))
        .isEqualTo(failed(2, "'a' is neither FIELD=VALUE nor FIELD~REGEX\n"));
    assertThat(run("search", "=a").status()).isEqualTo(2);
    assertThat(run("search", "a=1", "-n", "0"))
        .isEqualTo(failed(2, "--limit must be at least 1, not 0\n"));
    assertThat(run("search", "a=1", "--since", "0@12"))
        .isEqualTo(
            failed(
                2,
                "flowledger: '0@12' is no moment such as 2d, 3h, 2026-11-23 or"
                    + " 2026-11-23T19:26:46\n"));
  }
}
