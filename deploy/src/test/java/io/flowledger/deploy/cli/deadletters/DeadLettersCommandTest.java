package io.flowledger.deploy.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLettersCommandTest extends CommandTest {

  private static final String PATH = "/flowledger/dead-letters";
  private static final String REDRIVE = PATH + "/redrive";
  private static final String SOURCE =
      "\"source\": {\"topic\": \"flowledger.events\", \"partition\": 2, \"offset\": 77}";
  private static final String FIRST =
      "{\"position\": 3, \"state\": \"waiting\", \"reason\": \"flow F is not registered\","
          + " \"timestamp\": 1795457700000, "
          + SOURCE
          + ", \"type\": \"RunRegistered\", \"flow_id\": \"F\"}";
  private static final String SECOND =
      "{\"position\": 14, \"state\": \"applied\", \"reason\": \"garb\\u001bage\", \"timestamp\":"
          + " 1795457701000, "
          + SOURCE
          + ", \"type\": null, \"flow_id\": null}";
  private static final String COUNTS =
      "{\"appended\": 1, \"applied\": 1, \"superseded\": 0, \"rejected\": 0, \"redriven\": 0,"
          + " \"missing\": 0, \"more\": false}";

  @Test
  void listsLettersThatWait() {
    server.answer(PATH + "?state=waiting&_limit=20", "[" + FIRST + "]");
    assertThat(run("dead-letters", "list"))
        .isEqualTo(
            printed(
                """
                LETTER  WHEN                 RECORD                  TYPE           FLOW  REASON
                3       2026-11-23 19:15:00  flowledger.events-2@77  RunRegistered  F     flow F is not registered
                """));
    assertThat(run("dead-letters", "list", "--json")).isEqualTo(printed("[" + FIRST + "]\n"));
  }

  @Test
  void listsAllLettersWithTheirStates() {
    server.answer(PATH + "?_limit=20", "[" + FIRST + ", " + SECOND + "]");
    assertThat(run("dead-letters", "list", "--all"))
        .isEqualTo(
            printed(
                """
                LETTER  WHEN                 RECORD                  TYPE           FLOW  STATE    REASON
                3       2026-11-23 19:15:00  flowledger.events-2@77  RunRegistered  F     waiting  flow F is not registered
                14      2026-11-23 19:15:01  flowledger.events-2@77  -              -     applied  garb\\u001bage
                """));
  }

  @Test
  void goesOnPastPagesThatAreNotFull() {
    server
        .answer(PATH + "?state=waiting&_limit=2", 200, "[]", Map.of("X-Next-Cursor", "50000"))
        .answer(
            PATH + "?state=waiting&_limit=2&_cursor=50000",
            200,
            "[" + FIRST + ", " + FIRST + "]",
            Map.of("X-Next-Cursor", "50010"));
    assertThat(run("dead-letters", "list", "-n", "2").out().lines().toList())
        .hasSize(4)
        .endsWith("... and more; see -n");
  }

  @Test
  void asksForWhatTheFiltersSay() {
    server.answer(
        PATH
            + "?reason=not%20registered&type=T&flow=F&topic=t&partition=2&from=1795285800000"
            + "&to=1795458600000&state=waiting&_limit=20",
        "[]");
    assertThat(
            run(
                "dead-letters",
                "list",
                "--reason",
                "not registered",
                "--type",
                "T",
                "--flow",
                "F",
                "--topic",
                "t",
                "--partition",
                "2",
                "--from",
                "2d",
                "--to",
                "0s"))
        .isEqualTo(printed("no dead letters are waiting\n"));
  }

  @Test
  void showsOneLetter() {
    server.answer(PATH + "/3", FIRST);
    assertThat(run("dead-letters", "show", "3"))
        .isEqualTo(
            printed(
                """
                  position   3
                  state      waiting
                  reason     flow F is not registered
                  timestamp  1795457700000
                  source     {"topic":"flowledger.events","partition":2,"offset":77}
                  type       RunRegistered
                  flow_id    F
                """));
    assertThat(run("dead-letters", "show", "3", "--json")).isEqualTo(printed(FIRST + "\n"));
    server.answer(PATH + "/4", 404, "{\"message\": \"there is no dead letter at 4\"}", Map.of());
    assertThat(run("dead-letters", "show", "4"))
        .isEqualTo(failed(3, "flowledger: there is no dead letter at 4\n"));
  }

  @Test
  void redrivesLetters() {
    String applied =
        "{\"position\": 3, \"outcome\": \"applied\", \"now_at\": \"flowledger.events-2@90\","
            + " \"reason\": null}\n";
    server.answer(REDRIVE, applied + COUNTS);
    assertThat(run("dead-letters", "redrive", "3"))
        .isEqualTo(
            printed(
                """
                3 applied at flowledger.events-2@90
                1 redriven: 1 applied, 0 superseded, 0 rejected again
                """));
    assertThat(run("dead-letters", "redrive", "--all", "--json"))
        .isEqualTo(printed(applied + COUNTS + "\n"));
    assertThat(server.bodies()).containsExactly("{\"positions\":[3]}", "{\"all\":true}");
  }

  @Test
  void redrivesWhatMatches() {
    server.answer(REDRIVE, COUNTS.replace("false", "true"));
    assertThat(
            run(
                "dead-letters",
                "redrive",
                "--reason",
                "not",
                "--partition",
                "2",
                "--from",
                "2d",
                "-n",
                "7"))
        .isEqualTo(
            printed(
                """
                1 redriven: 1 applied, 0 superseded, 0 rejected again
                ... and more are waiting; do it again
                """));
    assertThat(server.bodies())
        .containsExactly("{\"reason\":\"not\",\"partition\":2,\"from\":1795285800000,\"limit\":7}");
  }

  @Test
  void lettersThatAreRejectedAgainAreAFailure() {
    server.answer(
        REDRIVE,
        "{\"position\": 3, \"outcome\": \"rejected\", \"now_at\": \"e-2@90\", \"reason\": \"flow F"
            + " is not registered\"}\n{\"appended\": 1, \"rejected\": 1, \"missing\": 0}");
    assertThat(run("dead-letters", "redrive", "3"))
        .isEqualTo(
            new Ended(
                1,
                """
                3 rejected at e-2@90: flow F is not registered
                1 redriven: 0 applied, 0 superseded, 1 rejected again
                """,
                ""));
  }

  @Test
  void failuresSayWhy() {
    server
        .answer(
            REDRIVE,
            "{\"position\": 4, \"outcome\": \"missing\"}\n{\"appended\": 0, \"missing\": 1}")
        .answer(REDRIVE, "{\"message\": \"the log cannot be written now\"}")
        .answer(REDRIVE, "{\"position\": 4, \"outcome\": \"applied\"}");
    assertThat(run("dead-letters", "redrive", "4").status()).isEqualTo(3);
    assertThat(run("dead-letters", "redrive", "4"))
        .isEqualTo(failed(1, "flowledger: the log cannot be written now\n"));
    assertThat(run("dead-letters", "redrive", "4").err())
        .isEqualTo("flowledger: the server has not said how the redrive ended; do it again\n");
  }

  @Test
  void refusesWhatMakesNoSense() {
    String needed = "either LETTER, filters such as --reason, or --all is needed\n";
    assertThat(run("dead-letters", "redrive")).isEqualTo(failed(2, needed));
    assertThat(run("dead-letters", "redrive", "3", "--all")).isEqualTo(failed(2, needed));
    assertThat(run("dead-letters", "redrive", "--flow", "F", "--all")).isEqualTo(failed(2, needed));
    assertThat(run("dead-letters", "redrive", "3", "-n", "1"))
        .isEqualTo(failed(2, "--limit makes no sense with LETTER\n"));
    assertThat(run("dead-letters", "list", "-n", "0"))
        .isEqualTo(failed(2, "--limit must be at least 1, not 0\n"));
    assertThat(run("dead-letters", "list", "--as-of", "2d").status()).isEqualTo(2);
    assertThat(run("dead-letters"))
        .isEqualTo(failed(2, "a command is missing: list, show or redrive\n"));
  }
}
