package io.flowledger.deploy.it.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.PostgresServer;
import io.flowledger.deploy.fixture.TestServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moves from a real PostgreSQL: what the reference has there reads the same afterwards. */
final class MigrateServiceIT {

  private static final Map<String, Integer> SIZE = Map.of("flows", 2, "runs", 8, "width", 10);
  private static final String MOVED =
      "moved: 2 flows, 16 runs, 64 steps, 208 tasks, 2880 metadata, 1800 artifacts\n";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static PostgresServer postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = PostgresServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (postgres != null) {
      postgres.close();
    }
  }

  private static void fill(String database) throws Exception {
    postgres.create(database);
    postgres.run(database, "fill.sql", SIZE);
  }

  private static void sql(String database, String sql) throws SQLException {
    try (Connection connection = postgres.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** How a command has ended. */
  private record Ended(int status, String out, String err) {}

  private static List<String> arguments(String database, TestServer server, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "migrate",
                "metaflow-service",
                "--postgres",
                postgres.url(database),
                "--server",
                server.url(""),
                "--state",
                folder.resolve(database + ".json").toString()));
    arguments.addAll(List.of(options));
    return arguments;
  }

  private static Ended migrate(String database, TestServer server, String... options) {
    return run(arguments(database, server, options));
  }

  private static Ended run(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            arguments.toArray(String[]::new),
            Map.of(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  @Test
  void whatIsMovedIsEqualAndADifferenceIsFound() throws Exception {
    fill("equal");
    // Rows of nothing, and tags that are none.
    sql(
        "equal",
        "INSERT INTO metadata_v3 SELECT flow_id, 99, step_name, task_id, id + 100000, field_name,"
            + " value, type, user_name, ts_epoch FROM metadata_v3 WHERE id = 7");
    sql(
        "equal",
        "INSERT INTO artifact_v3 SELECT flow_id, run_number, step_name, 99999, name, location,"
            + " ds_type, sha, type, content_type, user_name, attempt_id, ts_epoch FROM artifact_v3"
            + " WHERE task_id = 9 AND name = 'artifact_1'");
    try (TestServer server = TestServer.start()) {
      Ended moved = migrate("equal", server);
      assertThat(moved.out())
          .isEqualTo(
              MOVED.replace("moved: ", "read: ")
                  + "4970 events imported, 0 present before; 2 rows refused, 0 changed\n");
      assertThat(moved.err())
          .contains("1 artifacts of task")
          .contains("99999: there is no such task")
          .contains("1 rows of metadata_v3 of Flow1/99: there is no such run");
      assertThat(moved.status()).isEqualTo(1);

      Ended nowhere = migrate("equal", server, "--schema", "nowhere");
      assertThat(nowhere.err()).contains("no tables of Metaflow's").contains("another --schema?");
      assertThat(nowhere.status()).isEqualTo(1);

      sql("equal", "DELETE FROM metadata_v3 WHERE run_number = 99");
      sql("equal", "DELETE FROM artifact_v3 WHERE task_id = 99999");
      Ended again = migrate("equal", server, "--verify");
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(again.out()).contains("0 events imported").contains("both sides are equal");

      sql("equal", "UPDATE metadata_v3 SET value = 'otherwise' WHERE id = 7");
      sql("equal", "DELETE FROM artifact_v3 WHERE task_id = 9 AND name = 'artifact_1'");
      Ended different = migrate("equal", server, "--verify-only");
      assertThat(different.status()).isEqualTo(9);
      assertThat(different.out())
          .contains("value=otherwise")
          .contains("only here: step_name=")
          .contains("2 differences");
    }
  }

  @Test
  void collisionsAreToldBeforeAnythingIsWritten() throws Exception {
    fill("collides");
    try (TestServer server = TestServer.start()) {
      Api api = Api.of(server);
      api.post("/flows/Own", "{}");
      api.post("/flows/Own/run", "{}");
      Ended ended = migrate("collides", server);
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.err()).contains("nothing is imported").contains("run Own/1 here");
      assertThat(api.get("/flows/Flow1").status()).isEqualTo(404);
      assertThat(folder.resolve("collides.json")).doesNotExist();
    }
  }

  @Test
  void aMigrationThatWasKilledGoesOn() throws Exception {
    fill("killed");
    Path state = folder.resolve("killed.json");
    try (TestServer server = TestServer.start()) {
      List<String> arguments = arguments("killed", server, "--chunk", "100");
      try (ChildProcess child = ChildProcess.java(Main.class, arguments.toArray(String[]::new))) {
        await()
            .atMost(LIMIT)
            .until(() -> Files.exists(state) && Files.readString(state).contains("\"Flow"));
        child.kill();
      }
      assertThat(Files.readString(state)).contains("\"copied\":false");
      Ended resumed = migrate("killed", server, "--verify");
      assertThat(resumed.status()).as(resumed.err() + resumed.out()).isZero();
      assertThat(resumed.out()).contains("both sides are equal").doesNotContain(MOVED);
    }
  }

  @Test
  void whatIsWrittenMeanwhileIsMovedInWhicheverOrderItIsCommitted() throws Exception {
    fill("goes_on");
    try (TestServer server = TestServer.start();
        Connection late = postgres.connect("goes_on");
        Statement slow = late.createStatement()) {
      Api api = Api.of(server);
      late.setAutoCommit(false);
      slow.execute(metadata("late")); // has its number, but is not committed
      CompletableFuture<Ended> following =
          CompletableFuture.supplyAsync(
              () -> migrate("goes_on", server, "--follow", "--every", "1", "--until-idle", "4"));
      await().atMost(LIMIT).until(() -> api.get("/flows/Flow2/runs").body().contains("16"));
      sql("goes_on", metadata("early"));
      await().atMost(LIMIT).until(() -> fields(api).contains("early"));
      assertThat(fields(api)).doesNotContain("late");
      sql(
          "goes_on",
          "UPDATE runs_v3 SET tags = '[\"new\"]', last_heartbeat_ts = 1800000000 WHERE run_number = 1");
      sql("goes_on", "UPDATE tasks_v3 SET last_heartbeat_ts = 1800000001 WHERE task_id = 3");
      sql(
          "goes_on",
          "INSERT INTO runs_v3 (flow_id, user_name, ts_epoch, run_id) VALUES ('Flow1', 'ada',"
              + " 1800000000000, 'argo-new')");
      late.commit();
      Ended ended = following.get();
      assertThat(ended.status()).as(ended.err()).isZero();
      assertThat(fields(api)).contains("late");
      sql("goes_on", "INSERT INTO flows_v3 (flow_id, ts_epoch) VALUES ('New', 1800000000000)");
      sql("goes_on", "INSERT INTO runs_v3 (flow_id, ts_epoch) VALUES ('New', 1800000000001)");
      Ended again = migrate("goes_on", server, "--follow", "--until-idle", "1");
      assertThat(again.out()).startsWith("moved: 1 flows, 1 runs, 0 steps");
      try (TestServer other = TestServer.start()) {
        assertThat(migrate("goes_on", other).err()).contains("says what is moved already");
      }
      Ended compared = migrate("goes_on", server, "--verify-only");
      assertThat(compared.out()).contains("both sides are equal");
      assertThat(compared.status()).isZero();
    }
  }

  @Test
  void allIsLookedThroughWhereTransactionsAreCountedAnew() throws Exception {
    fill("restored");
    Path state = folder.resolve("restored.json");
    try (TestServer server = TestServer.start()) {
      assertThat(migrate("restored", server).status()).isZero();
      Files.writeString(
          state,
          Files.readString(state).replaceFirst("\"moment\":\"\\d+\"", "\"moment\":\"9000000000\""));
      sql("restored", metadata("later"));
      assertThat(migrate("restored", server, "--verify").out())
          .contains("0 rows refused")
          .contains("both sides are equal");
      assertThat(fields(Api.of(server))).contains("later");
    }
  }

  private static String metadata(String field) {
    return ("INSERT INTO metadata_v3 (flow_id, run_number, step_name, task_id, field_name, value,"
            + " type, ts_epoch) SELECT flow_id, run_number, step_name, task_id, '%s', 'v', 't',"
            + " 1800000000000 FROM tasks_v3 WHERE run_number = 1 AND step_name = 'start'")
        .formatted(field);
  }

  private static String fields(Api api) {
    return api.get("/flows/Flow1/runs/1/metadata").body();
  }

  @Test
  void aServiceIsMovedOverHttp() throws Exception {
    fill("over_http");
    try (TestServer first = TestServer.start();
        TestServer second = TestServer.start()) {
      assertThat(migrate("over_http", first).status()).isZero();
      Ended moved =
          run(
              List.of(
                  "migrate",
                  "metaflow-service",
                  "--http",
                  first.url(""),
                  "--server",
                  second.url(""),
                  "--state",
                  folder.resolve("http.json").toString(),
                  "--verify"));
      assertThat(moved.status()).as(moved.err() + "\n" + moved.out()).isZero();
      assertThat(moved.out()).startsWith(MOVED).contains("both sides are equal");
    }
  }
}
