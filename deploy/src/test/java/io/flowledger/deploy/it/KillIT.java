package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Kills the whole program under load, again and again on the same data. What was answered with
 * success is there afterwards, no number was given twice, and nothing is there that nobody asked
 * for.
 */
class KillIT {

  private static final int KILLS = 5;
  private static final int WRITERS = 16;
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Path JAR = Path.of("target", "flowledger.jar");

  private final Path data = TestServer.temporaryFolder();
  private final long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, String> metadata = new ConcurrentHashMap<>();
  private final AtomicInteger counter = new AtomicInteger();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  @Test
  void nothingAcknowledgedIsLostAndNoNumberIsGivenTwice() throws InterruptedException {
    System.out.println("flowledger.test.seed=" + seed);
    Random random = new Random(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      try (ChildProcess server = start()) {
        String url = server.await(URL);
        verify(new Api(url));
        // Not a pause for something to happen: the load is what happens meanwhile, and it is
        // measured in writes, so that the kill comes in its midst on any machine.
        loadUntilKilled(server, url, 200 + random.nextInt(400));
      }
    }
    try (ChildProcess server = start()) {
      verify(new Api(server.await(URL)));
      server.terminate();
      assertThat(server.exitStatus()).isIn(0, 143);
    }
    assertThat(acknowledged.size()).isGreaterThan(KILLS * 200);
  }

  private ChildProcess start() {
    return ChildProcess.jar(
        JAR, "serve", "--port", "0", "--data", data.toString(), "--durability", "process");
  }

  private void loadUntilKilled(ChildProcess server, String url, int writes)
      throws InterruptedException {
    Api setup = new Api(url);
    String flow = "Killed" + counter.incrementAndGet();
    setup.created("/flows/" + flow, "{}");
    String run =
        "/flows/"
            + flow
            + "/runs/"
            + Api.field(setup.created("/flows/" + flow + "/run", "{}"), "run_number");
    setup.created(run + "/steps/start/step", "{}");
    int target = acknowledged.size() + writes;
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Thread writer = new Thread(() -> writeUntilGone(url, run, server, target), "writer-" + i);
      writers.add(writer);
      writer.start();
    }
    for (Thread writer : writers) {
      writer.join();
    }
    server.kill();
  }

  private void writeUntilGone(String url, String run, ChildProcess server, int target) {
    Api api = new Api(url);
    try {
      while (true) {
        String name = "u" + counter.incrementAndGet();
        asked.add(name);
        Api.Answer answer =
            api.post(run + "/steps/start/task", "{\"user_name\": \"" + name + "\"}");
        if (answer.status() != 200) {
          throw new AssertionError(answer);
        }
        String id = Api.field(answer.body(), "task_id");
        String task = run + "/steps/start/tasks/" + id;
        String before = acknowledged.put(task, answer.body());
        assertThat(before).as("task number %s was given twice", id).isNull();
        String value = "v" + name;
        Api.Answer recorded =
            api.post(task + "/metadata", "[{\"field_name\": \"f\", \"value\": \"" + value + "\"}]");
        if (recorded.status() == 200) {
          metadata.put(task, value);
        }
        if (acknowledged.size() >= target) {
          server.kill(); // while the other writers are in the middle of something
        }
      }
    } catch (UncheckedIOException gone) {
      // killed
    }
  }

  private void verify(Api api) {
    Set<String> ids = ConcurrentHashMap.newKeySet();
    acknowledged.forEach(
        (task, body) -> {
          assertThat(api.get(task))
              .extracting(Api.Answer::status, Api.Answer::body)
              .containsExactly(200, body);
          assertThat(ids.add(Api.field(body, "task_id"))).isTrue();
        });
    metadata.forEach(
        (task, value) ->
            assertThat(Api.field(api.get(task + "/metadata").body(), "value")).isEqualTo(value));
    Matcher flows = Pattern.compile("\"flow_id\": \"(\\w+)\"").matcher(api.get("/flows").body());
    Pattern user = Pattern.compile("\"task_id\": (\\d+), \"user_name\": \"(\\w+)\"");
    Set<String> seen = ConcurrentHashMap.newKeySet();
    while (flows.find()) {
      String runs = api.get("/flows/" + flows.group(1) + "/runs").body();
      Matcher run = Pattern.compile("\"run_number\": (\\d+)").matcher(runs);
      while (run.find()) {
        String tasks = "/flows/" + flows.group(1) + "/runs/" + run.group(1) + "/steps/start/tasks";
        Matcher task = user.matcher(api.get(tasks).body());
        while (task.find()) {
          assertThat(asked).contains(task.group(2));
          assertThat(seen.add(task.group(1))).as("task %s is there twice", task.group(1)).isTrue();
        }
      }
    }
    assertThat(seen).containsAll(ids);
  }
}
