package io.flowledger.deploy.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import io.flowledger.deploy.cli.fixture.FakeServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From another service to {@link #server}. */
final class HttpSourceTest extends CommandTest {

  private static final String SUMMARY = "{\"imported\": 4, \"present\": 0, \"refused\": 0%s}\n";

  private final FakeServer source = new FakeServer();

  @TempDir private Path folder;

  @BeforeEach
  void fill() {
    source.answer("/flows", "[{\"flow_id\": \"F\", \"ts_epoch\": 1}]");
    source.answer("/flows/F/runs", "[{\"run_number\": 7, \"ts_epoch\": 2}]");
    String run = "/flows/F/runs/7/steps";
    source.answer(run, "[{\"step_name\": \"start\", \"ts_epoch\": 3}]");
    source.answer(
        run + "/start/tasks",
        "[{\"task_id\": 9, \"ts_epoch\": 4}, {\"task_id\": \"argo-1\", \"ts_epoch\": 4}]");
    for (String task : new String[] {"9", "argo-1"}) {
      source.answer(run + "/start/tasks/" + task + "/metadata", "[]");
      source.answer(run + "/start/tasks/" + task + "/artifacts", "[]");
    }
  }

  @AfterEach
  void stopSource() {
    source.close();
  }

  /** Otherwise somebody may be given them while what has them is still on its way. */
  @Test
  void numbersOfRunsAndTasksAreReservedWithTheFirstRows() {
    server.answer("/flowledger/import?dry_run=true", SUMMARY.formatted(", \"given\": {}"));
    server.answer("/flowledger/import?runs=7&tasks=9", SUMMARY.formatted(""));
    Ended ended = migrate();
    assertThat(ended.err()).contains("nothing collides");
    assertThat(ended.out())
        .isEqualTo(
            "moved: 1 flows, 1 runs, 1 steps, 2 tasks, 0 metadata, 0 artifacts\n"
                + "4 events imported, 0 present before; 0 rows refused, 0 changed\n");
    assertThat(ended.status()).isZero();
  }

  private Ended migrate() {
    return run(
        "migrate",
        "metaflow-service",
        "--http",
        source.url(),
        "--state",
        folder.resolve("state.json").toString());
  }

  /** It knows nothing of rehearsals, and imports what it is sent. */
  @Test
  void aServerOfAnEarlierVersionIsSentNothing() {
    server.answer("/flowledger/import?dry_run=true", SUMMARY.formatted(""));
    assertThat(migrate())
        .isEqualTo(
            failed(
                1,
                "flowledger: the server is of an earlier version, which rehearses no imports\n"));
    assertThat(server.bodies()).isEmpty();
  }

  @Test
  void theServerItselfIsNoSource() {
    Ended ended = run("migrate", "metaflow-service", "--http", server.url() + "/");
    assertThat(ended.err()).contains("is the server to which history is moved");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(server.requests()).isEmpty();
  }
}
