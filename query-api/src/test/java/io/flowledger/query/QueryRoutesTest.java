package io.flowledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QueryRoutesTest {

  private static final long NOW = 1_000_000L;
  private static final String TASKS = "/flows/F/runs/1/steps/start/tasks";

  private static final String FLOW =
      "{\"flow_id\": \"F\", \"user_name\": null, \"ts_epoch\": 10, \"tags\": null,"
          + " \"system_tags\": null}";
  private static final String OTHER_FLOW =
      "{\"flow_id\": \"G\", \"user_name\": null, \"ts_epoch\": 10, \"tags\": null,"
          + " \"system_tags\": null}";
  private static final String RUN =
      "{\"flow_id\": \"F\", \"run_number\": 1, \"user_name\": \"bob\", \"ts_epoch\": 20,"
          + " \"tags\": [\"t\"], \"system_tags\": [\"user:bob\"], \"last_heartbeat_ts\": 900,"
          + " \"user\": \"bob\"}";
  private static final String NAMED_RUN =
      "{\"flow_id\": \"F\", \"run_number\": \"argo-1\", \"user_name\": null, \"ts_epoch\": 21,"
          + " \"tags\": [], \"system_tags\": [], \"last_heartbeat_ts\": null}";
  private static final String STEP =
      "{\"flow_id\": \"F\", \"run_number\": \"1\", \"step_name\": \"start\", \"user_name\": \"\","
          + " \"ts_epoch\": 30, \"tags\": [\"t\"], \"system_tags\": [\"user:bob\"]}";
  private static final String TASK =
      "{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 1,"
          + " \"user_name\": \"bob\", \"ts_epoch\": 40, \"tags\": [\"t\"],"
          + " \"system_tags\": [\"user:bob\"], \"last_heartbeat_ts\": 950}";
  private static final String NAMED_TASK =
      "{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": \"t-2\","
          + " \"user_name\": null, \"ts_epoch\": 41, \"tags\": [\"t\"],"
          + " \"system_tags\": [\"user:bob\"], \"last_heartbeat_ts\": null}";
  private static final String METADATA =
      "{\"id\": 1, \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\","
          + " \"task_id\": 1, \"field_name\": \"attempt\", \"value\": \"0\", \"type\": \"t\","
          + " \"user_name\": null, \"ts_epoch\": 50, \"tags\": null, \"system_tags\": null}";
  private static final String NEWER_METADATA =
      "{\"id\": 2, \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\","
          + " \"task_id\": \"t-2\", \"field_name\": \"attempt\", \"value\": \"1\","
          + " \"type\": \"t\", \"user_name\": null, \"ts_epoch\": 51, \"tags\": null,"
          + " \"system_tags\": null}";

  private static World world;
  private static QueryServer server;

  @BeforeAll
  static void start(@TempDir Path directory) {
    world = new World(directory, 3);
    Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx, new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), clock)::mount);
    world.flow("F", 10);
    world.flow("G", 10);
    world.apply(Events.run("F", 1).by("bob").tags("t").systemTags("user:bob").beating(900L).at(20));
    world.apply(Events.run("F", 2).named("argo-1").at(21));
    world.step("F", 1, "start", 30);
    world.apply(Events.task("F", 1, "start", 1).by("bob").at(40));
    world.beat("F", 1, 1L, 950_000);
    world.apply(Events.task("F", 1, "start", 2).named("t-2").at(41));
    world.metadata("F", 1, "start", 1, "attempt", "0", 50);
    world.metadata("F", 1, "start", 2, "attempt", "1", 51);
    world.artifacts("F", 1, "start", 1, 0, 60, "name", "x", "y");
    world.artifacts("F", 1, "start", 1, 1, 61, "name", "x");
  }

  @AfterEach
  void openViews() {
    world.views().viewsOpen(true);
    world.views().waiting(LocalReadModel.Waiting.NORMAL);
    world.views().unapplied(0);
  }

  @AfterAll
  static void stop() {
    server.close();
    world.close();
  }

  private static String artifact(int attempt, String name, long tsEpoch) {
    return "{\"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 1,"
        + " \"name\": \""
        + name
        + "\", \"location\": \"l\", \"ds_type\": \"d\", \"sha\": \"s\", \"type\": \"t\","
        + " \"content_type\": \"c\", \"user_name\": null, \"attempt_id\": "
        + attempt
        + ", \"ts_epoch\": "
        + tsEpoch
        + ", \"tags\": [\"t\"], \"system_tags\": [\"user:bob\"]}";
  }

  private static Answer whole(String... rows) {
    return Answer.whole("[" + String.join(", ", rows) + "]");
  }

  private static Answer page(int limit, String cursor, String... rows) {
    return Answer.page(limit, cursor, "[" + String.join(", ", rows) + "]");
  }

  // ---- objects ---------------------------------------------------------------------------------

  @Test
  void answersWithObjects() {
    assertThat(server.get("/flows/F")).isEqualTo(Answer.whole(FLOW));
    assertThat(server.get("/flows/F/runs/1")).isEqualTo(Answer.whole(RUN));
    assertThat(server.get("/flows/F/runs/1/steps/start")).isEqualTo(Answer.whole(STEP));
    assertThat(server.get(TASKS + "/1")).isEqualTo(Answer.whole(TASK));
    assertThat(server.get(TASKS + "/1/artifacts/x/attempt/0"))
        .isEqualTo(Answer.whole(artifact(0, "x", 60)));
  }

  @Test
  void findsRunsAndTasksByNameAndByNumber() {
    assertThat(server.get("/flows/F/runs/argo-1")).isEqualTo(Answer.whole(NAMED_RUN));
    assertThat(server.get("/flows/F/runs/2")).isEqualTo(Answer.whole(NAMED_RUN));
    assertThat(server.get(TASKS + "/t-2")).isEqualTo(Answer.whole(NAMED_TASK));
    assertThat(server.get(TASKS + "/2")).isEqualTo(Answer.whole(NAMED_TASK));
  }

  @Test
  void anArtifactWithoutAttemptIsThatOfTheLatestOne() {
    assertThat(server.get(TASKS + "/1/artifacts/x")).isEqualTo(Answer.whole(artifact(1, "x", 61)));
    assertThat(server.get(TASKS + "/1/artifacts/y"))
        .isEqualTo(Answer.failure(404, "artifact F/1/start/1/y is not registered"));
  }

  @ParameterizedTest
  @CsvSource({
    "/flows/none/runs/1, run none/1",
    "/flows/G/runs/1, run G/1",
    "/flows/F/runs/3, run F/3",
    "/flows/F/runs/none, run F/none",
    "/flows/F/runs/99999999999999999999, run F/99999999999999999999",
    "/flows/F/runs/1/steps/none, step F/1/none",
    "/flows/F/runs/2/steps/start, step F/2/start",
    "/flows/F/runs/3/steps/start, run F/3",
    "/flows/F/runs/1/steps/start/tasks/3, task F/1/start/3",
    "/flows/F/runs/1/steps/start/tasks/none, task F/1/start/none",
    "/flows/F/runs/1/steps/end/tasks/1, task F/1/end/1",
    "/flows/F/runs/2/steps/start/tasks/1, task F/2/start/1",
    "/flows/F/runs/1/steps/start/tasks/3/artifacts/x, task F/1/start/3",
    "/flows/F/runs/1/steps/start/tasks/1/artifacts/none, artifact F/1/start/1/none",
    "/flows/F/runs/1/steps/start/tasks/1/artifacts/x/attempt/2, artifact F/1/start/1/x of attempt 2",
    "/flows/F/runs/1/steps/start/tasks/1/artifacts/x/attempt/-1, artifact F/1/start/1/x of attempt -1"
  })
  void anUnknownObjectIsNotFound(String path, String object) {
    assertThat(server.get(path)).isEqualTo(Answer.failure(404, object + " is not registered"));
  }

  @Test
  void anUnknownFlowIsNotFound() {
    assertThat(server.get("/flows/none"))
        .isEqualTo(Answer.failure(404, "flow none is not registered"));
  }

  // ---- listings --------------------------------------------------------------------------------

  @Test
  void listsFlowsOfAllPartitions() {
    assertThat(world.views().partitionOf("F")).isNotEqualTo(world.views().partitionOf("G"));

    assertThat(server.get("/flows")).isEqualTo(whole(OTHER_FLOW, FLOW));
    assertThat(server.get("/flows?_limit=1"))
        .isEqualTo(page(1, "eyJ0c19lcG9jaCI6IDEwLCAiZmxvd19pZCI6ICJHIn0=", OTHER_FLOW));
    assertThat(server.get("/flows?_limit=1&_cursor=eyJ0c19lcG9jaCI6IDEwLCAiZmxvd19pZCI6ICJHIn0%3D"))
        .isEqualTo(page(1, "", FLOW));
  }

  @Test
  void listsRuns() {
    assertThat(server.get("/flows/F/runs")).isEqualTo(whole(NAMED_RUN, RUN));
    assertThat(server.get("/flows/F/runs?_limit=1"))
        .isEqualTo(page(1, "eyJ0c19lcG9jaCI6IDIxLCAicnVuX251bWJlciI6IDJ9", NAMED_RUN));
    assertThat(server.get("/flows/F/runs?_cursor=eyJ0c19lcG9jaCI6IDIxLCAicnVuX251bWJlciI6IDJ9"))
        .isEqualTo(page(50, "", RUN));
  }

  @Test
  void aFilterMakesAPage() {
    assertThat(server.get("/flows/F/runs?user_name=bob")).isEqualTo(page(50, "", RUN));
    assertThat(server.get(TASKS + "?task_name:sw=T-")).isEqualTo(page(50, "", NAMED_TASK));
    assertThat(server.get("/flows/F/runs?nonsense=1")).isEqualTo(whole(NAMED_RUN, RUN));
  }

  @Test
  void listsRunsWithWhatElseIsAsked() {
    String numbered = NAMED_RUN.replace("}", ", \"number\": 2}");
    assertThat(server.get("/flows/F/runs?_with=number"))
        .isEqualTo(whole(numbered, RUN.replace(", \"user\"", ", \"number\": 1, \"user\"")));
    assertThat(server.get("/flows/F/runs?_with=status,number&_limit=1"))
        .isEqualTo(
            page(
                1,
                "eyJ0c19lcG9jaCI6IDIxLCAicnVuX251bWJlciI6IDJ9",
                NAMED_RUN.replace("}", ", \"status\": \"failed\", \"number\": 2}")));
    assertThat(server.get("/flows/F/runs?_with=tags"))
        .isEqualTo(
            Answer.failure(
                400,
                "'tags' is nothing that runs can be listed with; there are number and status"));
  }

  @Test
  void showsTheStatusOnlyToWhoFiltersByIt() {
    assertThat(server.get("/flows/F/runs?status=running"))
        .isEqualTo(
            page(50, "", RUN.replace(", \"user\":", ", \"status\": \"running\", \"user\":")));
  }

  @Test
  void listsSteps() {
    assertThat(server.get("/flows/F/runs/1/steps")).isEqualTo(whole(STEP));
    assertThat(server.get("/flows/F/runs/1/steps?_limit=1")).isEqualTo(page(1, "", STEP));
    assertThat(server.get("/flows/F/runs/1/steps?_limit=0")).isEqualTo(page(0, ""));
  }

  @Test
  void listsTasks() {
    assertThat(server.get(TASKS)).isEqualTo(whole(NAMED_TASK, TASK));
    assertThat(server.get(TASKS + "?_limit=1"))
        .isEqualTo(page(1, "eyJ0c19lcG9jaCI6IDQxLCAidGFza19pZCI6IDJ9", NAMED_TASK));
    assertThat(server.get(TASKS + "?_cursor=eyJ0c19lcG9jaCI6IDQxLCAidGFza19pZCI6IDJ9"))
        .isEqualTo(page(50, "", TASK));
  }

  @Test
  void listsMetadataOfTasksAndRuns() {
    assertThat(server.get(TASKS + "/1/metadata")).isEqualTo(whole(METADATA));
    assertThat(server.get("/flows/F/runs/1/metadata")).isEqualTo(whole(NEWER_METADATA, METADATA));
    assertThat(server.get("/flows/F/runs/1/metadata?_limit=1"))
        .isEqualTo(page(1, "eyJ0c19lcG9jaCI6IDUxLCAiaWQiOiAyfQ==", NEWER_METADATA));
    assertThat(server.get("/flows/F/runs/1/metadata?_cursor=eyJ0c19lcG9jaCI6IDUxLCAiaWQiOiAyfQ=="))
        .isEqualTo(page(50, "", METADATA));
    assertThat(server.get(TASKS + "/1/metadata?_limit=1")).isEqualTo(page(1, "", METADATA));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/flows/F/runs/1/artifacts",
        "/flows/F/runs/1/steps/start/artifacts",
        TASKS + "/1/artifacts"
      })
  void listsArtifactsOfTheLatestAttemptInPagesToo(String path) {
    assertThat(server.get(path)).isEqualTo(whole(artifact(1, "x", 61), artifact(1, "name", 61)));
    assertThat(server.get(path + "?_limit=2"))
        .isEqualTo(page(2, "", artifact(1, "x", 61), artifact(1, "name", 61)));
    assertThat(
            server.get(
                path + "?_cursor=eyJ0c19lcG9jaCI6IDYxLCAidGFza19pZCI6IDEsICJuYW1lIjogIm5hbWUifQ=="))
        .isEqualTo(page(50, ""));
  }

  @Test
  void listsArtifactsOfOneAttempt() {
    assertThat(server.get(TASKS + "/1/attempt/0/artifacts"))
        .isEqualTo(whole(artifact(0, "y", 60), artifact(0, "x", 60), artifact(0, "name", 60)));
    assertThat(server.get(TASKS + "/1/attempt/7/artifacts?_limit=1")).isEqualTo(whole());
  }

  @Test
  void listsTasksByMetadata() {
    String path = "/flows/F/runs/1/steps/start/filtered_tasks";

    assertThat(server.get(path)).isEqualTo(whole("\"F/1/start/1\"", "\"F/1/start/t-2\""));
    assertThat(server.get(path + "?metadata_field_name=attempt&pattern=1"))
        .isEqualTo(whole("\"F/1/start/t-2\""));
    assertThat(server.get(path + "?pattern=%28"))
        .isEqualTo(Answer.failure(400, "invalid regular expression '(': missing closing )"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/flows/none/runs",
        "/flows/none/runs/1/steps",
        "/flows/F/runs/3/steps",
        "/flows/F/runs/none/steps",
        "/flows/F/runs/3/steps/start/tasks",
        "/flows/F/runs/1/steps/none/tasks",
        "/flows/F/runs/3/metadata",
        "/flows/F/runs/3/artifacts",
        "/flows/F/runs/3/steps/start/artifacts",
        "/flows/F/runs/1/steps/none/artifacts",
        "/flows/F/runs/1/steps/none/filtered_tasks",
        "/flows/F/runs/3/steps/none/filtered_tasks",
        TASKS + "/3/metadata",
        TASKS + "/none/artifacts",
        TASKS + "/3/attempt/0/artifacts",
        "/flows/F/runs/99999999999999999999/steps/start/tasks/99999999999999999999/metadata"
      })
  void aListUnderWhatIsUnknownIsEmpty(String path) {
    assertThat(server.get(path)).isEqualTo(whole());
  }

  @Test
  void soIsAPage() {
    assertThat(server.get("/flows/none/runs?status=running")).isEqualTo(page(50, ""));
    assertThat(server.get("/flows/F/runs/3/steps/start/tasks?_limit=2")).isEqualTo(page(2, ""));
    assertThat(server.get(TASKS + "/3/metadata?_limit=2")).isEqualTo(page(2, ""));
    assertThat(server.get(TASKS + "/3/artifacts?_limit=2")).isEqualTo(page(2, ""));
  }

  @Test
  void refusesBadParameters() {
    assertThat(server.get("/flows?_limit=-1"))
        .isEqualTo(Answer.failure(400, "_limit must be an integer of at least 0, not '-1'"));
    assertThat(server.get("/flows?_cursor=garbage123"))
        .isEqualTo(Answer.failure(400, "Invalid cursor"));
    assertThat(server.get("/flows/F/runs?_cursor=eyJ0c19lcG9jaCI6IDF9"))
        .isEqualTo(Answer.failure(400, "Invalid cursor"));
    assertThat(server.get("/flows/F/runs?status=bogus"))
        .isEqualTo(Answer.failure(400, "unsupported status filter: bogus"));
    assertThat(server.get("/flows/none/runs?ts_epoch:zz=1"))
        .isEqualTo(Answer.failure(400, "unsupported operator 'zz' for field 'ts_epoch'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1.5", "2147483648", "0x1"})
  void refusesBadAttempts(String attempt) {
    Answer refused =
        Answer.failure(400, "the attempt must be an integer of 32 bits, not '" + attempt + "'");

    assertThat(server.get(TASKS + "/1/attempt/" + attempt + "/artifacts")).isEqualTo(refused);
    assertThat(server.get(TASKS + "/1/artifacts/x/attempt/" + attempt)).isEqualTo(refused);
  }

  @Test
  void headAnswersWithoutABody() {
    assertThat(server.send("HEAD", "/flows/F").join()).isEqualTo(Answer.whole(""));
    assertThat(server.send("HEAD", "/flows/F/runs").join()).isEqualTo(Answer.whole(""));
    assertThat(server.send("HEAD", "/flows/F/runs?_limit=1").join())
        .isEqualTo(page(1, "eyJ0c19lcG9jaCI6IDIxLCAicnVuX251bWJlciI6IDJ9").withBody(""));
    assertThat(server.send("HEAD", "/flows/none").join().status()).isEqualTo(404);
  }

  // ---- positions and views ---------------------------------------------------------------------

  @Test
  void waitsForThePositionThatItIsAskedFor() {
    int partition = world.views().partitionOf("G");
    String next = partition + "@100";
    CompletableFuture<Answer> waiting =
        server.send("GET", "/flows/G/runs", "Flowledger-Min-Position", next);
    CompletableFuture<Answer> served =
        server.send("GET", "/flows/G", "Flowledger-Min-Position", partition + "@0");
    assertThat(served.join()).isEqualTo(Answer.whole(OTHER_FLOW));
    assertThat(waiting).isNotDone();

    long offset;
    do {
      offset = world.run("G", 7, 100).offset();
    } while (offset < 100);

    assertThat(waiting.join().status()).isEqualTo(200);
    assertThat(waiting.join().body()).startsWith("[{\"flow_id\": \"G\", \"run_number\": 7, ");
  }

  @Test
  void tellsWhenThePositionIsNotReachedInTime() {
    world.views().waiting(LocalReadModel.Waiting.UNAVAILABLE);

    world.views().unapplied(100);
    assertThat(server.get("/flows/F", "Flowledger-Min-Position", "0@9"))
        .isEqualTo(Answer.failure(503, "0@9 is not applied in time"));
    assertThat(server.get("/flows/F").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "0", "0@", "@0", "-1@0", "0@-1", "0@x", "heartbeats/0"})
  void refusesWhatIsNoPosition(String text) {
    assertThat(server.get("/flows/F", "Flowledger-Min-Position", text))
        .isEqualTo(Answer.failure(400, "Flowledger-Min-Position is no position: '" + text + "'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3@0", "heartbeats/3@0", "2147483647@0"})
  void refusesWhatIsInNoPartition(String position) {
    assertThat(server.get("/flows/F", "Flowledger-Min-Position", position))
        .isEqualTo(
            Answer.failure(
                400, "position %s is in none of the 3 partitions of the log".formatted(position)));
  }

  @Test
  void rejectionsAfterTheWaitArriveToo() {
    String partition = Integer.toString(world.views().partitionOf("F"));

    assertThat(server.get("/flows/F/runs/9", "Flowledger-Min-Position", partition + "@0"))
        .isEqualTo(Answer.failure(404, "run F/9 is not registered"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/flows", "/flows/F", "/flows/F/runs", TASKS + "/1/artifacts"})
  void nothingIsAnsweredFromAViewThatIsClosed(String path) {
    world.views().viewsOpen(false);
    int partition = path.equals("/flows") ? 0 : world.views().partitionOf("F");

    assertThat(server.get(path))
        .isEqualTo(Answer.failure(503, "the view of partition " + partition + " is closed"));
  }
}
