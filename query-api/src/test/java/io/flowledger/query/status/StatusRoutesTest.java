package io.flowledger.query.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given events of a run, when its status is asked for at some moment, then the answer. */
final class StatusRoutesTest {

  private static final long T = 1_700_000_000_000L;
  private static final long SECOND = 1000;
  private static final long T_SECONDS = T / SECOND;
  private static final String STATUS = "/flows/F/runs/1/status";

  private final ManualClock clock = new ManualClock();
  private World world;
  private QueryServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    QueryConfig config = QueryConfig.defaults();
    server = new QueryServer(vertx, new QueryRoutes(vertx, world.views(), config, clock)::mount);
    world.flow("F", T);
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  /** Run 1 with its parameters, by a client that sends heartbeats; seconds count from here. */
  private void givenRun() {
    world.apply(
        Events.run("F", 1).by("ada").tags("t").systemTags("user:ada").beating(T_SECONDS).at(T));
    world.step("F", 1, "_parameters", T + 1);
    task("_parameters", 1, 0);
    world.done("F", 1, "_parameters", 1, 0, T + 2);
  }

  private static long at(long second) {
    return T + second * SECOND;
  }

  private void step(String name, long second) {
    world.step("F", 1, name, at(second));
  }

  private void task(String step, long id, long second) {
    world.apply(Events.task("F", 1, step, id).by("ada").beating(T_SECONDS + second).at(at(second)));
  }

  private void attempt(String step, long task, int attempt, long second) {
    world.attempt("F", 1, step, task, attempt, at(second));
  }

  private void outcome(String step, long task, int attempt, boolean ok, long second) {
    world.outcome("F", 1, step, task, attempt, ok, at(second));
    world.done("F", 1, step, task, attempt, at(second));
  }

  private void ran(String step, long task, long from, long to) {
    task(step, task, from);
    attempt(step, task, 0, from);
    outcome(step, task, 0, true, to);
  }

  private JsonObject statusAt(long second) {
    clock.set(at(second));
    Answer answer = server.get(STATUS);
    assertThat(answer.status()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private void assertNotOver(long second, String status) {
    JsonObject answer = statusAt(second);
    assertThat(answer.getString("status")).isEqualTo(status);
    assertThat(answer.getLong("finished_at")).isNull();
  }

  private void assertOver(long second, String status, long finishedAt) {
    JsonObject answer = statusAt(second);
    assertThat(answer.getString("status")).isEqualTo(status);
    assertThat(answer.getLong("finished_at")).isEqualTo(at(finishedAt));
  }

  /** How many tasks are pending, running, completed, failed and killed or lost, in this order. */
  private void assertTasks(long second, long... counts) {
    JsonObject tasks = statusAt(second).getJsonObject("tasks");
    assertThat(
            new long[] {
              tasks.getLong("pending"),
              tasks.getLong("running"),
              tasks.getLong("completed"),
              tasks.getLong("failed"),
              tasks.getLong("killed-or-lost")
            })
        .isEqualTo(counts);
  }

  // ---- the whole answer ------------------------------------------------------------------------

  @Test
  void tellsEverythingAboutARunningRun() {
    givenRun();
    step("start", 10);
    task("start", 2, 10);
    attempt("start", 2, 0, 11);
    outcome("start", 2, 0, false, 13);
    attempt("start", 2, 1, 15);
    outcome("start", 2, 1, true, 19);
    step("each", 20);
    task("each", 3, 20);
    attempt("each", 3, 0, 21);
    outcome("each", 3, 0, false, 22);
    task("each", 4, 20);
    attempt("each", 4, 0, 23);
    task("each", 5, 20);
    world.beat("F", 1, null, at(30));
    clock.set(at(40));

    assertThat(server.get(STATUS))
        .isEqualTo(
            new Answer(
                200,
                "application/json",
                "",
                "",
                "{\"flow_id\": \"F\", \"run_number\": 1, \"run_id\": null, \"user_name\": \"ada\","
                    + " \"tags\": [\"t\"], \"system_tags\": [\"user:ada\"], \"status\": \"running\","
                    + " \"created_at\": 1700000000000, \"started_at\": 1700000011000,"
                    + " \"finished_at\": null, \"duration_ms\": 40000,"
                    + " \"last_heartbeat_ts\": 1700000030, \"as_of\": 1700000040000,"
                    + " \"tasks\": {\"total\": 5, \"pending\": 1, \"running\": 1, \"completed\": 2,"
                    + " \"failed\": 1, \"killed-or-lost\": 0}, \"attempts\": 5,"
                    + " \"steps\": ["
                    + "{\"step_name\": \"_parameters\", \"created_at\": 1700000000001,"
                    + " \"started_at\": null, \"finished_at\": 1700000000002,"
                    + " \"tasks\": {\"total\": 1, \"pending\": 0, \"running\": 0, \"completed\": 1,"
                    + " \"failed\": 0, \"killed-or-lost\": 0}, \"attempts\": 1}, "
                    + "{\"step_name\": \"start\", \"created_at\": 1700000010000,"
                    + " \"started_at\": 1700000011000, \"finished_at\": 1700000019000,"
                    + " \"tasks\": {\"total\": 1, \"pending\": 0, \"running\": 0, \"completed\": 1,"
                    + " \"failed\": 0, \"killed-or-lost\": 0}, \"attempts\": 2}, "
                    + "{\"step_name\": \"each\", \"created_at\": 1700000020000,"
                    + " \"started_at\": 1700000021000, \"finished_at\": null,"
                    + " \"tasks\": {\"total\": 3, \"pending\": 1, \"running\": 1, \"completed\": 0,"
                    + " \"failed\": 1, \"killed-or-lost\": 0}, \"attempts\": 2}],"
                    + " \"failures_total\": 1, \"failures\": ["
                    + "{\"pathspec\": \"F/1/each/3\", \"attempt\": 0,"
                    + " \"failed_at\": 1700000022000}],"
                    + " \"longest\": ["
                    + "{\"pathspec\": \"F/1/each/4\", \"attempt\": 0, \"state\": \"running\","
                    + " \"duration_ms\": 17000}, "
                    + "{\"pathspec\": \"F/1/start/2\", \"attempt\": 1, \"state\": \"completed\","
                    + " \"duration_ms\": 4000}, "
                    + "{\"pathspec\": \"F/1/each/3\", \"attempt\": 0, \"state\": \"failed\","
                    + " \"duration_ms\": 1000}]}"));
  }

  @Test
  void tellsEverythingAboutAnEmptyRun() {
    world.run("F", 1, T);
    clock.set(T + 5);

    assertThat(server.get(STATUS).body())
        .isEqualTo(
            "{\"flow_id\": \"F\", \"run_number\": 1, \"run_id\": null, \"user_name\": null,"
                + " \"tags\": [], \"system_tags\": [], \"status\": \"pending\","
                + " \"created_at\": 1700000000000, \"started_at\": null, \"finished_at\": null,"
                + " \"duration_ms\": null, \"last_heartbeat_ts\": null, \"as_of\": 1700000000005,"
                + " \"tasks\": {\"total\": 0, \"pending\": 0, \"running\": 0, \"completed\": 0,"
                + " \"failed\": 0, \"killed-or-lost\": 0}, \"attempts\": 0, \"steps\": [],"
                + " \"failures_total\": 0, \"failures\": [], \"longest\": []}");
  }

  @Test
  void showsTheNamesThatASchedulerGave() {
    world.apply(Events.run("F", 7).named("argo-x").by("ada").beating(T_SECONDS).at(T));
    world.step("F", 7, "start", at(1));
    world.apply(
        Events.task("F", 7, "start", 8).named("t-a").by("ada").beating(T_SECONDS + 1).at(at(1)));
    world.attempt("F", 7, "start", 8, 0, at(2));
    world.outcome("F", 7, "start", 8, 0, false, at(3));
    clock.set(at(4));

    Answer byName = server.get("/flows/F/runs/argo-x/status");
    JsonObject status = new JsonObject(byName.body());
    assertThat(status.getInteger("run_number")).isEqualTo(7);
    assertThat(status.getString("run_id")).isEqualTo("argo-x");
    assertThat(status.getJsonArray("failures").encode())
        .isEqualTo(
            "[{\"pathspec\":\"F/argo-x/start/t-a\",\"attempt\":0,\"failed_at\":1700000003000}]");
    assertThat(status.getJsonArray("longest").getJsonObject(0).getString("pathspec"))
        .isEqualTo("F/argo-x/start/t-a");
    assertThat(server.get("/flows/F/runs/7/status")).isEqualTo(byName);
  }

  // ---- lives of runs ---------------------------------------------------------------------------

  @Test
  void followsARunToItsEnd() {
    givenRun();
    assertNotOver(1, "pending");
    step("start", 10);
    task("start", 2, 10);
    assertNotOver(10, "running");
    assertTasks(10, 1, 0, 1, 0, 0);
    attempt("start", 2, 0, 11);
    assertTasks(11, 0, 1, 1, 0, 0);
    outcome("start", 2, 0, true, 12);
    step("end", 13);
    ran("end", 3, 13, 15);

    assertOver(16, "completed", 15);
    assertTasks(16, 0, 0, 3, 0, 0);
    assertOver(100_000, "completed", 15);
    assertThat(statusAt(100_000).getLong("duration_ms")).isEqualTo(15_000);
  }

  @Test
  void followsARetryToItsSuccess() {
    givenRun();
    step("end", 10);
    task("end", 2, 10);
    attempt("end", 2, 0, 11);
    outcome("end", 2, 0, false, 12);
    assertOver(12, "failed", 12);
    assertTasks(12, 0, 0, 1, 1, 0);

    attempt("end", 2, 1, 14);
    assertNotOver(14, "running");
    assertTasks(14, 0, 1, 1, 0, 0);
    assertThat(statusAt(14).getInteger("failures_total")).isZero();

    outcome("end", 2, 1, true, 16);
    assertOver(16, "completed", 16);
  }

  @Test
  void aRunWhoseTaskFailedHasFailedOnceItIsSilent() {
    givenRun();
    step("start", 10);
    task("start", 2, 10);
    attempt("start", 2, 0, 11);
    outcome("start", 2, 0, false, 12);
    world.beat("F", 1, null, at(20));

    assertNotOver(380, "running");
    assertOver(381, "failed", 12);
    assertTasks(381, 0, 0, 1, 1, 0);
  }

  @Test
  void aKilledRunTakesItsTasksAlong() {
    givenRun();
    step("start", 10);
    task("start", 2, 10);
    attempt("start", 2, 0, 11);
    task("start", 3, 10);
    world.beat("F", 1, null, at(30));
    world.beat("F", 1, 2L, at(25));

    assertNotOver(390, "running");
    assertTasks(385, 1, 1, 1, 0, 0);
    assertTasks(386, 1, 0, 1, 0, 1);
    assertOver(391, "killed-or-lost", 30);
    assertTasks(391, 0, 0, 1, 0, 2);
    assertThat(statusAt(391).getJsonArray("longest").encode())
        .isEqualTo(
            "[{\"pathspec\":\"F/1/start/2\",\"attempt\":0,\"state\":\"killed-or-lost\","
                + "\"duration_ms\":14000}]");
  }

  @Test
  void whoIsHeardAgainIsAliveAgain() {
    givenRun();
    step("start", 10);
    task("start", 2, 10);
    attempt("start", 2, 0, 11);
    assertOver(372, "killed-or-lost", 11);

    world.beat("F", 1, null, at(360));
    assertNotOver(372, "running");
    assertTasks(372, 0, 0, 1, 0, 1);

    world.beat("F", 1, 2L, at(365));
    assertTasks(372, 0, 1, 1, 0, 0);
    assertNotOver(725, "running");
    assertOver(726, "killed-or-lost", 365);

    world.beat("F", 1, null, at(720));
    assertNotOver(726, "running");
  }

  @Test
  void aHeartbeatThatComesAfterANewerOneChangesNothing() {
    givenRun();
    world.beat("F", 1, null, at(100));
    world.beat("F", 1, null, at(50));

    assertNotOver(460, "pending");
    assertOver(461, "killed-or-lost", 100);
  }

  @Test
  void underASchedulerTasksBeatForTheirRun() {
    givenRun();
    step("start", 10);
    task("start", 2, 10);
    attempt("start", 2, 0, 11);
    world.beat("F", 1, 2L, at(1000));
    assertNotOver(1001, "running");

    outcome("start", 2, 0, true, 1010);
    assertNotOver(1370, "running");
    assertOver(1371, "killed-or-lost", 1010);
  }

  @Test
  void aResumedRunHasClonedTasksAndNewOnes() {
    givenRun();
    step("start", 10);
    ran("start", 2, 10, 10); // a clone: both entries in the moment of its registration
    step("end", 11);
    ran("end", 3, 11, 20);

    JsonObject status = statusAt(21);
    assertThat(status.getString("status")).isEqualTo("completed");
    assertThat(status.getInteger("attempts")).isEqualTo(3);
    assertThat(status.getJsonArray("longest").encode())
        .isEqualTo(
            "[{\"pathspec\":\"F/1/end/3\",\"attempt\":0,\"state\":\"completed\",\"duration_ms\":9000},"
                + "{\"pathspec\":\"F/1/start/2\",\"attempt\":0,\"state\":\"completed\",\"duration_ms\":0}]");
  }

  @Test
  void aRunOfAnOldClientIsGivenADay() {
    world.run("F", 1, T);
    step("start", 10);
    world.task("F", 1, "start", 2, at(10));
    attempt("start", 2, 0, 11);

    assertNotOver(86_411, "running");
    assertTasks(86_411, 0, 1, 0, 0, 0);
    assertOver(86_412, "killed-or-lost", 11);
    assertTasks(86_412, 0, 0, 0, 0, 1);
    assertThat(statusAt(86_412).getJsonArray("longest")).isEmpty();
  }

  @Test
  void aForeachOfManyTasksIsSummedUp() {
    givenRun();
    step("each", 10);
    for (int task = 2; task < 2002; task++) {
      task("each", task, 10);
      if (task % 2 == 0) {
        attempt("each", task, 0, 11);
      }
      if (task % 4 == 0) {
        outcome("each", task, 0, task % 8 == 0, 12 + task % 7);
      }
    }

    assertTasks(30, 1000, 500, 251, 250, 0);
    JsonObject status = statusAt(30);
    assertThat(status.getInteger("failures_total")).isEqualTo(250);
    assertThat(status.getJsonArray("failures")).hasSize(100);
    assertThat(status.getJsonArray("longest")).hasSize(5);
  }

  // ---- requests --------------------------------------------------------------------------------

  @Test
  void anUnknownRunIsNotFound() {
    assertThat(server.get("/flows/F/runs/9/status"))
        .isEqualTo(Answer.failure(404, "run F/9 is not registered"));
    assertThat(server.get("/flows/none/runs/1/status"))
        .isEqualTo(Answer.failure(404, "run none/1 is not registered"));
  }

  @Test
  void nothingIsAnsweredFromAViewThatIsClosed() {
    world.views().viewsOpen(false);

    assertThat(server.get(STATUS))
        .isEqualTo(Answer.failure(503, "the view of partition 0 is closed"));
  }

  @Test
  void headAnswersWithoutABody() {
    world.run("F", 1, T);

    assertThat(server.send("HEAD", STATUS).join())
        .isEqualTo(new Answer(200, "application/json", "", "", ""));
  }
}
