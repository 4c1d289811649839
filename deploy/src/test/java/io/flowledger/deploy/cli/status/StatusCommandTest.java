package io.flowledger.deploy.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.fixture.CommandTest;
import io.flowledger.deploy.cli.fixture.FakeServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusCommandTest extends CommandTest {

  private static final String RUNNING =
      """
      {"flow_id": "HelloFlow", "run_number": 2, "run_id": null, "user_name": "ada",
       "tags": ["demo", "t\\u00e4g"], "system_tags": ["runtime:dev"], "status": "running",
       "created_at": 1795458600000, "started_at": 1795458601000, "finished_at": null,
       "duration_ms": null, "last_heartbeat_ts": 1795458663, "as_of": %d,
       "tasks": {"total": 4, "pending": 0, "running": 1, "completed": 2, "failed": 1,
         "killed-or-lost": 0}, "attempts": 6,
       "steps": [
        {"step_name": "_parameters", "created_at": 1795458600100, "started_at": 1795458600100,
         "finished_at": 1795458600300, "tasks": {"total": 1, "completed": 1}, "attempts": 1},
        {"step_name": "start", "created_at": 1795458601000, "started_at": 1795458601000,
         "finished_at": 1795458604250, "tasks": {"total": 1, "completed": 1}, "attempts": 1},
        {"step_name": "train", "created_at": 1795458605000, "started_at": null,
         "finished_at": null, "tasks": {"total": 2, "running": 1, "failed": 1}, "attempts": 4}],
       "failures_total": 3,
       "failures": [{"pathspec": "HelloFlow/2/train/7", "attempt": 2, "failed_at": 1795458650000}],
       "longest": [{"pathspec": "HelloFlow/2/train/8", "attempt": 0, "state": "running",
         "duration_ms": %d}]}""";

  private static final String COMPLETED =
      """
      {"flow_id": "HelloFlow", "run_number": 1, "run_id": null, "user_name": "ada", "tags": [],
       "status": "completed", "created_at": 1795372200000, "started_at": 1795372201000,
       "finished_at": 1795372213300, "duration_ms": 12300, "as_of": 1795458664000,
       "tasks": {"total": 1, "completed": 1}, "attempts": 1, "steps": [], "failures_total": 0,
       "failures": [], "longest": []}""";

  private static final String SCHEDULED =
      """
      {"flow_id": "Nightly", "run_number": 9, "run_id": "argo-x", "user_name": null, "tags": [],
       "status": "killed-or-lost", "created_at": 1795458000000, "started_at": null,
       "finished_at": null, "duration_ms": null, "as_of": 1795458664000}""";

  @BeforeEach
  void runs() {
    server
        .answer(
            "/flows?_limit=500",
            """
            [{"flow_id": "HelloFlow"}, {"flow_id": "Empty"}, {"flow_id": "Nightly"}]""")
        .answer("/flows/Empty", "{\"flow_id\": \"Empty\"}")
        .answer("/flows/Empty/runs?_limit=1", "[]")
        .answer("/flows/Empty/runs?_limit=20", "[]")
        .answer(
            "/flows/Nightly/runs?_limit=1",
            """
            [{"flow_id": "Nightly", "run_number": "argo-x", "ts_epoch": 1795458000000}]""")
        .answer("/flows/Nightly/runs/argo-x/status", SCHEDULED)
        .answer(
            "/flows/HelloFlow/runs?_limit=1",
            """
            [{"flow_id": "HelloFlow", "run_number": 2, "ts_epoch": 1795458600000}]""")
        .answer(
            "/flows/HelloFlow/runs?_limit=20",
            """
            [{"flow_id": "HelloFlow", "run_number": 2, "ts_epoch": 1795458600000},
             {"flow_id": "HelloFlow", "run_number": 1, "ts_epoch": 1795372200000}]""")
        .answer("/flows/HelloFlow/runs/1/status", COMPLETED)
        .answer("/flows/HelloFlow/runs/2/status", running(63_000));
  }

  private static String running(long ms) {
    return RUNNING.formatted(1795458601000L + ms, ms - 10_000).replace("\n", "");
  }

  @Test
  void theLatestRunOfEachFlowNewestFirst() {
    assertThat(run("status"))
        .isEqualTo(
            printed(
                """
                RUN             STATUS          DURATION  BY   WHEN                 TAGS
                HelloFlow/2     running         1m 03s    ada  2026-11-23 19:30:00  demo, täg
                Nightly/argo-x  killed-or-lost                 2026-11-23 19:20:00
                """));
  }

  @Test
  void flowsOfAllPagesAreLookedAt() {
    FakeServer paged = new FakeServer();
    paged
        .answer(
            "/flows?_limit=500", 200, "[{\"flow_id\": \"New\"}]", Map.of("X-Next-Cursor", "1:New"))
        .answer("/flows?_limit=500&_cursor=1%3ANew", "[{\"flow_id\": \"Old\"}]")
        .answer("/flows/New/runs?_limit=1", "[]")
        .answer(
            "/flows/Old/runs?_limit=1",
            "[{\"flow_id\": \"Old\", \"run_number\": 1, \"ts_epoch\": 1}]")
        .answer("/flows/Old/runs/1/status", SCHEDULED);
    try (paged) {
      assertThat(run("status", "--json", "--server", paged.url()))
          .isEqualTo(printed(SCHEDULED + "\n"));
    }
  }

  @Test
  void moreFlowsThanAreLookedAtAreSaid() {
    server.answer(
        "/flows?_limit=2",
        200,
        "[{\"flow_id\": \"Empty\"}, {\"flow_id\": \"Nightly\"}]",
        Map.of("X-Next-Cursor", "1:Nightly"));
    ServerClient client = new ServerClient(server.url(), Map.of(), Optional.empty(), pauses::add);
    List<String> remarks = new ArrayList<>();
    assertThat(new LatestRuns(client, 2).ofAllFlows(20, remarks::add))
        .extracting(ServerClient.Answer::text)
        .containsExactly(SCHEDULED);
    assertThat(remarks).containsExactly("only the 2 flows that were registered last are shown");
  }

  /** Earlier versions of the service have taken such names. */
  @Test
  void flowsThatNoUrlCanNameAreLeftOutAndTold() {
    FakeServer other = new FakeServer();
    try (other) {
      other
          .answer("/flows?_limit=500", "[{\"flow_id\": \"..\"}, {\"flow_id\": \".\"}]")
          .answer("/flows", "[]");
      assertThat(run("status", "--server", other.url()))
          .isEqualTo(
              new Ended(
                  0,
                  "no runs\n",
                  "flowledger: flows named '.' or '..' are left out: no URL can have these names\n"));
      assertThat(other.paths()).containsExactly("/flows?_limit=500");
    }
    assertThat(run("status", "..").err())
        .isEqualTo(
            "Invalid value for positional parameter at index 0 (FLOW[/RUN]): '..' has a part that"
                + " no URL can have; runs and tasks have numbers too\n");
    assertThat(run("show", "F/./start").status()).isEqualTo(2);
  }

  @Test
  void theRunsOfAFlow() {
    assertThat(run("status", "HelloFlow"))
        .isEqualTo(
            printed(
                """
                RUN          STATUS     DURATION  BY   WHEN                 TAGS
                HelloFlow/2  running    1m 03s    ada  2026-11-23 19:30:00  demo, täg
                HelloFlow/1  completed  12.3 s    ada  2026-11-22 19:30:00
                """));
  }

  @Test
  void asManyRunsAsAskedFor() {
    assertThat(run("status", "HelloFlow", "-n", "1").out().lines()).hasSize(2);
    assertThat(run("status", "-n", "1").out().lines()).hasSize(2);
  }

  @Test
  void aFlowWithoutRuns() {
    assertThat(run("status", "Empty")).isEqualTo(printed("no runs\n"));
  }

  @Test
  void oneRun() {
    assertThat(run("status", "HelloFlow/2"))
        .isEqualTo(
            printed(
                """
                HelloFlow/2  running
                  registered  2026-11-23 19:30:00 by ada
                  duration    1m 03s
                  heartbeat   2026-11-23 19:31:03
                  tags        demo, täg
                  tasks       4: 2 completed, 1 running, 1 failed (6 attempts)

                STEP         DURATION  TASKS
                _parameters  200 ms    1 completed
                start        3.2 s     1 completed
                train                  1 running, 1 failed

                FAILED               ATTEMPT  WHEN
                HelloFlow/2/train/7  2        2026-11-23 19:30:50
                ... and 2 more

                LONGEST              ATTEMPT  DURATION  STATE
                HelloFlow/2/train/8  0        53.0 s    running
                """));
  }

  @Test
  void aRunThatIsOverSaysWhenItWas() {
    assertThat(run("status", "HelloFlow/1"))
        .isEqualTo(
            printed(
                """
                HelloFlow/1  completed
                  registered  2026-11-22 19:30:00 by ada
                  finished    2026-11-22 19:30:13
                  duration    12.3 s
                  tasks       1: 1 completed
                """));
  }

  @Test
  void jsonIsWhatTheServerAnswered() {
    assertThat(run("status", "HelloFlow/1", "--json")).isEqualTo(printed(COMPLETED + "\n"));
    assertThat(run("status", "--json"))
        .isEqualTo(printed(running(63_000) + "\n" + SCHEDULED + "\n"));
  }

  @Test
  void theExitCodeTellsTheStatusWhereAskedTo() {
    assertThat(run("status", "HelloFlow/1", "--exit-code").status()).isEqualTo(0);
    assertThat(run("status", "HelloFlow/2", "--exit-code").status()).isEqualTo(4);
    assertThat(run("status", "Nightly/argo-x", "--exit-code").status()).isEqualTo(6);
    assertThat(run("status", "Nightly/argo-x").status()).isEqualTo(0);
    assertThat(ExitCodes.ofRun("pending")).isEqualTo(4);
    assertThat(ExitCodes.ofRun("failed")).isEqualTo(5);
    assertThat(ExitCodes.ofRun("a later invention")).isEqualTo(1);
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(run("status", "Gone/1"))
        .isEqualTo(failed(3, "flowledger: /flows/Gone/runs/1/status is not registered\n"));
    server.answer("/flows/Gone/runs?_limit=20", "[]");
    assertThat(run("status", "Gone"))
        .isEqualTo(failed(3, "flowledger: /flows/Gone is not registered\n"));
  }

  @Test
  void watchingPrintsWhatHasChangedUntilTheRunIsOver() {
    String again = running(65_000);
    String failing = again.replace("\"running\": 1,", "\"running\": 1, \"pending\": 1,");
    String over = COMPLETED.replace("\"run_number\": 1", "\"run_number\": 2");
    server
        .answer("/flows/HelloFlow/runs/2/status", again)
        .answer("/flows/HelloFlow/runs/2/status", failing)
        .answer("/flows/HelloFlow/runs/2/status", over);
    assertThat(run("status", "HelloFlow/2", "--watch", "--json"))
        .isEqualTo(printed(running(63_000) + "\n" + failing + "\n" + over + "\n"));
    Duration two = Duration.ofSeconds(2);
    assertThat(pauses).isEqualTo(List.of(two, two, two));
  }

  @Test
  void watchingGoesOnWhenTheServerIsBack() {
    String over = COMPLETED.replace("\"run_number\": 1", "\"run_number\": 2");
    server
        .answer("/flows/HelloFlow/runs/2/status", 500, "{\"message\": \"stopping\"}", Map.of())
        .answer("/flows/HelloFlow/runs/2/status", 500, "{\"message\": \"stopping\"}", Map.of())
        .answer("/flows/HelloFlow/runs/2/status", over);
    assertThat(run("status", "HelloFlow/2", "--watch", "--json"))
        .isEqualTo(
            new Ended(
                0,
                running(63_000) + "\n" + over + "\n",
                "flowledger: the server at %s: stopping; waiting for it\n"
                    .formatted(server.url())));
    assertThat(pauses).hasSize(3);
  }

  @Test
  void watchingWithoutATerminalPartsTheFramesWithALine() {
    server.answer(
        "/flows/HelloFlow/runs/2/status",
        COMPLETED.replace("\"run_number\": 1", "\"run_number\": 2"));
    String watched = run("status", "HelloFlow/2", "--watch").out();
    assertThat(watched).startsWith("HelloFlow/2  running\n");
    assertThat(watched).endsWith("53.0 s    running\n\n" + run("status", "HelloFlow/2").out());
  }

  @Test
  void watchingOnATerminalDrawsInPlace() {
    terminal = true;
    server.answer("/flows/HelloFlow/runs/2/status", COMPLETED);
    String drawn = run("status", "HelloFlow/2", "--watch", "--color=never").out();
    assertThat(drawn.split("\u001b\\[H\u001b\\[J", -1))
        .hasSize(3)
        .endsWith(run("status", "HelloFlow/1", "--color=never").out());
  }

  @Test
  void coloursOnATerminalOnly() {
    String plain = run("status", "HelloFlow/1").out();
    assertThat(run("status", "HelloFlow/1", "--color=always").out())
        .isEqualTo(
            plain
                .replace("HelloFlow/1", "\u001b[1mHelloFlow/1\u001b[0m")
                .replace("completed\n  reg", "\u001b[32mcompleted\u001b[0m\n  reg"));
    terminal = true;
    assertThat(run("status", "HelloFlow/1").out()).isNotEqualTo(plain);
    assertThat(run("status", "HelloFlow/1", "--color=NEVER").out()).isEqualTo(plain);
    environment.put("NO_COLOR", "1");
    assertThat(run("status", "HelloFlow/1").out()).isEqualTo(plain);
  }

  @Test
  void whatMakesNoSenseIsMisuse() {
    assertThat(run("status", "A/1/start"))
        .isEqualTo(
            failed(2, "only flows and runs have a status; see 'flowledger show' for others\n"));
    assertThat(run("status", "A", "--exit-code"))
        .isEqualTo(failed(2, "--exit-code makes sense with a run only\n"));
    assertThat(run("status", "-n", "0"))
        .isEqualTo(failed(2, "--limit must be at least 1, not 0\n"));
    assertThat(run("status", "A/1", "--watch", "--as-of", "2d"))
        .isEqualTo(failed(2, "--watch makes no sense with --as-of\n"));
    assertThat(run("status", "A/1", "--watch", "--data", "d"))
        .isEqualTo(failed(2, "--watch makes no sense with --data, where nothing happens\n"));
  }
}
