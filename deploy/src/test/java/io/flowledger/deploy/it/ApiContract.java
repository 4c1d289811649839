package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds of the API whatever broker is behind it: every answered write can be read at once, and
 * of any number of concurrent creators exactly one is told that it was the first.
 */
abstract class ApiContract {

  private static final int CONCURRENCY = 64;
  private static final AtomicInteger FLOWS = new AtomicInteger();

  private final AtomicReference<@Nullable Api> api = new AtomicReference<>();

  abstract TestServer server();

  // ---- identity races --------------------------------------------------------------------------

  @Test
  void oneOfManyCreatorsOfAFlowIsFirst() {
    String flow = "Race" + FLOWS.incrementAndGet();
    raceFor("/flows/" + flow, i -> "{\"user_name\": \"u" + i + "\"}", "/flows/" + flow);
  }

  @Test
  void oneOfManyCreatorsOfARunIdIsFirst() {
    String flow = flow();
    raceFor(
        "/flows/" + flow + "/run",
        i -> "{\"run_number\": \"argo-1\", \"user_name\": \"u" + i + "\"}",
        "/flows/" + flow + "/runs/argo-1");
    assertThat(api().get("/flows/" + flow + "/runs").body().split("\"flow_id\"", -1)).hasSize(2);
  }

  @Test
  void oneOfManyCreatorsOfAStepIsFirst() {
    String run = run(flow());
    raceFor(
        run + "/steps/start/step", i -> "{\"user_name\": \"u" + i + "\"}", run + "/steps/start");
  }

  @Test
  void oneOfManyCreatorsOfATaskNameIsFirst() {
    String step = step(run(flow()));
    raceFor(
        step + "/task",
        i -> "{\"task_id\": \"t-1\", \"user_name\": \"u" + i + "\"}",
        step + "/tasks/t-1");
    assertThat(api().get(step + "/tasks").body().split("\"flow_id\"", -1)).hasSize(2);
  }

  @Test
  void anArtifactIsCountedForOneOfItsCreators() {
    String task = task(step(run(flow())));
    List<Api.Answer> answers =
        together(
            CONCURRENCY,
            i ->
                api()
                    .post(
                        task + "/artifact", "[{\"name\": \"x\", \"location\": \"of " + i + "\"}]"));
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(answers.stream().map(Api.Answer::body).filter("{\"artifacts_created\": 1}"::equals))
        .hasSize(1);
    assertThat(answers.stream().map(Api.Answer::body).filter("{\"artifacts_created\": 0}"::equals))
        .hasSize(CONCURRENCY - 1);
    String created =
        IntStream.range(0, CONCURRENCY)
            .filter(i -> answers.get(i).body().endsWith("1}"))
            .mapToObj(i -> "of " + i)
            .findFirst()
            .orElseThrow();
    assertThat(Api.field(api().get(task + "/artifacts/x").body(), "location")).isEqualTo(created);
  }

  /** Exactly one 200, the others 409, and everybody reads what the one was answered. */
  private void raceFor(String path, IntFunction<String> body, String object) {
    List<Api.Answer> reads = Collections.synchronizedList(new ArrayList<>());
    List<Api.Answer> answers =
        together(
            CONCURRENCY,
            i -> {
              Api.Answer answer = api().post(path, body.apply(i));
              reads.add(api().get(object));
              return answer;
            });
    List<Api.Answer> firsts = answers.stream().filter(answer -> answer.status() == 200).toList();
    assertThat(firsts).hasSize(1);
    assertThat(answers.stream().filter(answer -> answer.status() == 409)).hasSize(CONCURRENCY - 1);
    String user = Api.field(firsts.get(0).body(), "user_name");
    assertThat(reads)
        .hasSize(CONCURRENCY)
        .allMatch(read -> Api.field(read.body(), "user_name").equals(user));
  }

  // ---- tags ------------------------------------------------------------------------------------

  @Test
  void noConcurrentTagMutationIsLost() {
    String run = run(flow());
    List<Api.Answer> answers =
        together(
            CONCURRENCY,
            i -> api().patch(run + "/tag/mutate", "{\"tags_to_add\": [\"tag" + i + "\"]}"));
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    for (int i = 0; i < CONCURRENCY; i++) {
      // Whoever added a tag sees it in the answer.
      assertThat(answers.get(i).body()).matches(".*\"tag" + i + "\"[,\\]].*");
    }
    String tags = api().get(run).body();
    for (int i = 0; i < CONCURRENCY; i++) {
      assertThat(tags).matches(".*\"tag" + i + "\"[,\\]].*");
    }
  }

  // ---- read your writes ------------------------------------------------------------------------

  @Test
  void everyWriteCanBeReadAtOnce() {
    Set<String> runs = new ConcurrentSkipListSet<>();
    Set<String> tasks = new ConcurrentSkipListSet<>();
    AtomicInteger creations = new AtomicInteger();
    together(
        CONCURRENCY,
        i -> {
          for (int round = 0; round < 3; round++) {
            writeAndRead(runs, tasks);
            creations.incrementAndGet();
          }
          return api().get("/ping");
        });
    assertThat(creations.get()).isEqualTo(3 * CONCURRENCY);
    assertThat(runs).hasSize(creations.get()); // numbers are unique over all flows
    assertThat(tasks).hasSize(creations.get());
  }

  private void writeAndRead(Set<String> runs, Set<String> tasks) {
    String flow = "Own" + FLOWS.incrementAndGet();
    String flowJson = api().created("/flows/" + flow, "{\"user_name\": \"u\"}");
    assertThat(api().get("/flows/" + flow).body()).isEqualTo(flowJson);

    String runJson = api().created("/flows/" + flow + "/run", "{\"tags\": [\"a\"]}");
    String number = Api.field(runJson, "run_number");
    runs.add(number);
    String run = "/flows/" + flow + "/runs/" + number;
    assertThat(api().get(run).body()).isEqualTo(runJson);

    String stepJson = api().created(run + "/steps/start/step", "{}");
    assertThat(api().get(run + "/steps/start").body()).isEqualTo(stepJson);

    String taskJson = api().created(run + "/steps/start/task", "{}");
    tasks.add(Api.field(taskJson, "task_id"));
    String task = run + "/steps/start/tasks/" + Api.field(taskJson, "task_id");
    assertThat(api().get(task).body()).isEqualTo(taskJson);

    api().created(task + "/metadata", "[{\"field_name\": \"f\", \"value\": \"v\"}]");
    assertThat(Api.field(api().get(task + "/metadata").body(), "value")).isEqualTo("v");

    api().created(task + "/artifact", "[{\"name\": \"name\", \"sha\": \"s\"}]");
    assertThat(Api.field(api().get(task + "/artifacts/name").body(), "sha")).isEqualTo("s");

    Api.Answer tags = api().patch(run + "/tag/mutate", "{\"tags_to_add\": [\"b\"]}");
    assertThat(tags.body()).isEqualTo("{\"tags\": [\"a\", \"b\"]}");
    // The task has beaten the run meanwhile.
    assertThat(withoutHeartbeat(api().get(run).body()))
        .isEqualTo(withoutHeartbeat(runJson.replace("[\"a\"]", "[\"a\", \"b\"]")));

    long before = System.currentTimeMillis() / 1000;
    api().created(task + "/heartbeat", "{}");
    assertThat(Long.parseLong(Api.field(api().get(task).body(), "last_heartbeat_ts")))
        .isGreaterThanOrEqualTo(before);
    api().created(run + "/heartbeat", "{}");
    assertThat(Long.parseLong(Api.field(api().get(run).body(), "last_heartbeat_ts")))
        .isGreaterThanOrEqualTo(before);
  }

  private static String withoutHeartbeat(String json) {
    return json.replaceAll("\"last_heartbeat_ts\": \\d+", "");
  }

  @Test
  void anAsynchronousWriteIsReadableAtItsPosition() {
    String flow = flow();
    Api.Answer accepted =
        api()
            .send(
                "POST",
                "/flows/" + flow + "/run",
                "{\"run_number\": \"later\"}",
                "Prefer",
                "respond-async");
    String position = accepted.position().orElseThrow();
    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.body()).isEqualTo("{\"position\": \"" + position + "\"}");
    Api.Answer read = api().getAt("/flows/" + flow + "/runs/later", position);
    assertThat(read.status()).isEqualTo(200);
    assertThat(Api.field(read.body(), "run_number")).isEqualTo("later");
  }

  // ---- what tests need -------------------------------------------------------------------------

  private Api api() {
    return api.updateAndGet(made -> made == null ? Api.of(server()) : made);
  }

  private String flow() {
    String flow = "Flow" + FLOWS.incrementAndGet();
    api().created("/flows/" + flow, "{}");
    return flow;
  }

  private String run(String flow) {
    return "/flows/"
        + flow
        + "/runs/"
        + Api.field(api().created("/flows/" + flow + "/run", "{}"), "run_number");
  }

  private String step(String run) {
    api().created(run + "/steps/start/step", "{}");
    return run + "/steps/start";
  }

  private String task(String step) {
    return step + "/tasks/" + Api.field(api().created(step + "/task", "{}"), "task_id");
  }

  /** Calls the function that many times, all at once. */
  private static List<Api.Answer> together(int count, IntFunction<Api.Answer> call) {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    CyclicBarrier start = new CyclicBarrier(count);
    try {
      List<Callable<Api.Answer>> calls =
          IntStream.range(0, count)
              .<Callable<Api.Answer>>mapToObj(
                  i ->
                      () -> {
                        start.await();
                        return call.apply(i);
                      })
              .toList();
      List<Api.Answer> answers = new ArrayList<>();
      for (Future<Api.Answer> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
