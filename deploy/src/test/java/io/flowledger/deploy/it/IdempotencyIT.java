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
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that lose answers, since the whole program is killed under load again and again, and
 * repeat their requests under the same keys until they have one: there is exactly one run for every
 * key, and whoever repeats a request once more is told the same, also by views that were made again
 * from the log.
 */
class IdempotencyIT {

  private static final int KILLS = 3;
  private static final int WRITERS = 16;
  private static final String FLOW = "/flows/Retried";
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Pattern RUN =
      Pattern.compile("\"run_number\": (\\d+), \"user_name\": \"(key-\\d+)\"");
  private static final Path JAR = Path.of("target", "flowledger.jar");

  private final Path data = TestServer.temporaryFolder();
  private final long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
  private final Map<String, Api.Answer> answered = new ConcurrentHashMap<>();
  private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
  private final Queue<Api.Answer> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger counter = new AtomicInteger();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  @Test
  void whoeverRepeatsUntilThereIsAnAnswerHasOneRunPerKey() throws InterruptedException {
    System.out.println("IdempotencyIT: -Dflowledger.test.seed=" + seed);
    Random random = new Random(seed);
    int lost = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      try (ChildProcess server = start()) {
        String url = server.await(URL);
        if (kill == 0) {
          new Api(url).created(FLOW, "{}");
        }
        repeat(new Api(url));
        loadUntilKilled(server, url, answered.size() + 150 + random.nextInt(150));
        lost += unanswered.size();
      }
    }
    assertThat(lost).isPositive();
    try (ChildProcess server = start()) {
      repeat(new Api(server.await(URL)));
      server.terminate();
      assertThat(server.exitStatus()).isIn(0, 143);
    }
    TestServer.delete(data.resolve("views"));
    try (ChildProcess server = start()) {
      Api api = new Api(server.await(URL));
      repeat(api);
      assertThat(api.get("/metrics").body().lines())
          .contains("flowledger_idempotent_replays_total " + (double) answered.size());
      server.terminate();
      server.exitStatus();
    }
  }

  private ChildProcess start() {
    return ChildProcess.jar(
        JAR, "serve", "--port", "0", "--data", data.toString(), "--durability", "process");
  }

  private static Api.Answer post(Api api, String key) {
    return api.send(
        "POST", FLOW + "/run", "{\"user_name\": \"" + key + "\"}", "Idempotency-Key", key);
  }

  private void loadUntilKilled(ChildProcess server, String url, int target)
      throws InterruptedException {
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      Thread writer = new Thread(() -> writeUntilGone(new Api(url), server, target), "writer-" + i);
      writers.add(writer);
      writer.start();
    }
    for (Thread writer : writers) {
      writer.join();
    }
    server.kill();
    assertThat(failures).isEmpty();
  }

  private void writeUntilGone(Api api, ChildProcess server, int target) {
    while (true) {
      String key = "key-" + counter.incrementAndGet();
      try {
        Api.Answer answer = post(api, key);
        if (answer.status() != 200) {
          failures.add(answer);
          return;
        }
        answered.put(key, answer);
      } catch (UncheckedIOException gone) {
        unanswered.add(key);
        return;
      }
      if (answered.size() >= target) {
        server.kill(); // while the other writers are in the middle of something
      }
    }
  }

  /** Posts everything once more: what was answered is answered the same, and the rest at last. */
  private void repeat(Api api) {
    answered.forEach((key, answer) -> assertThat(post(api, key)).as(key).isEqualTo(answer));
    for (String key = unanswered.poll(); key != null; key = unanswered.poll()) {
      Api.Answer answer = post(api, key);
      assertThat(answer.status()).as("%s", answer).isEqualTo(200);
      answered.put(key, answer);
    }
    Map<String, String> numbers = new TreeMap<>();
    Matcher run = RUN.matcher(api.get(FLOW + "/runs").body());
    while (run.find()) {
      assertThat(numbers.put(run.group(2), run.group(1))).as(run.group(2)).isNull();
    }
    Map<String, String> told = new TreeMap<>();
    answered.forEach((key, answer) -> told.put(key, Api.field(answer.body(), "run_number")));
    assertThat(numbers).isEqualTo(told);
  }
}
