package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.MovedClock;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The clock of the machine is set, back and forward, while a server runs and while it does not: it
 * goes on, numbers rise, histories are in the order in which things happened, nothing is deleted,
 * and whatever was told of a run by its clock is right again when the run is heard next.
 */
final class ClockIT {

  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Pattern RUN = Pattern.compile("\"run_number\": (\\d+)");
  private static final Pattern STATE = Pattern.compile("\"status\": \"([a-z-]+)\"");

  /** Longer than the session of the group, after which a silent member is out of it. */
  private static final Duration SESSION = Duration.ofSeconds(7);

  private static final String KEY = "0b8f8a2e-made-before-the-clock-was-set";

  private final Path data = TestServer.temporaryFolder();
  private final List<Long> runs = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private MovedClock clock;

  @BeforeEach
  void makeClock() {
    Assumptions.assumeTrue(MovedClock.isPossible(), "there is a C compiler");
    clock = MovedClock.in(data);
  }

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private ChildProcess server() {
    return ChildProcess.jar(
        JAR,
        clock.environment(),
        "serve",
        "--port=0",
        "--min-free-disk=0",
        "--data=" + data.resolve("data"));
  }

  @Test
  void aClockThatIsSetChangesWhatTimeItIsOnly() {
    String first;
    try (ChildProcess server = server()) {
      Api api = new Api(server.await(URL));
      api.created("/flows/F", "{}");
      first = withKey(api);
      write(api);
      for (Duration off :
          List.of(
              Duration.ofHours(-1),
              Duration.ofDays(1), // as far as Kafka remembers idempotent producers
              Duration.ofDays(30), // farther than Kafka remembers groups that nobody is in
              Duration.ZERO)) {
        clock.isOffBy(off);
        api.created("/flows/F/runs/1/heartbeat", "{}");
        write(api);
        assertWell(api, server, first);
      }
      clock.isOffBy(Duration.ofDays(-2));
      server.terminate();
      assertThat(server.exitStatus()).isZero();
    }
    try (ChildProcess server = server()) { // two days before it was stopped
      Api api = new Api(server.await(URL));
      write(api);
      assertWell(api, server, first);
      server.kill();
    }
    clock.isOffBy(Duration.ofDays(400));
    try (ChildProcess server = server()) {
      Api api = new Api(server.await(URL));
      write(api);
      assertWell(api, server, first);
    }
  }

  /** A run that beats is running, whatever the clock was when it did; one that is silent is not. */
  @Test
  void aRunIsAliveAsSoonAsItIsHeardAgain() {
    try (ChildProcess server = server()) {
      Api api = new Api(server.await(URL));
      api.created("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      api.created("/flows/F/runs/1/steps/start/step", "{}");
      api.created("/flows/F/runs/1/steps/start/task", "{}");
      api.created("/flows/F/runs/1/heartbeat", "{}");
      assertThat(state(api)).isEqualTo("running");

      clock.isOffBy(Duration.ofHours(-1));
      assertThat(state(api)).as("an hour back").isEqualTo("running");
      api.created("/flows/F/runs/1/heartbeat", "{}");
      assertThat(state(api)).as("an hour back, and heard").isEqualTo("running");

      clock.isOffBy(Duration.ofDays(1));
      assertThat(state(api)).as("a day forward, and not heard since").isEqualTo("killed-or-lost");
      api.created("/flows/F/runs/1/heartbeat", "{}");
      assertThat(state(api)).as("a day forward, and heard").isEqualTo("running");
    }
  }

  private static String state(Api api) {
    String status = api.get("/flows/F/runs/1/status").body();
    return STATE.matcher(status).results().findFirst().orElseThrow().group(1);
  }

  private static String withKey(Api api) {
    Api.Answer answer = api.send("POST", "/flows/F/run", "{}", "Idempotency-Key", KEY);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** All the time, until whoever goes by the clock has looked at it. */
  private void write(Api api) {
    long end = System.nanoTime() + SESSION.toNanos();
    while (System.nanoTime() < end) {
      runs.add(Long.parseLong(Api.field(api.created("/flows/F/run", "{}"), "run_number")));
    }
  }

  private void assertWell(Api api, ChildProcess server, String first) {
    assertThat(runs).isSorted().doesNotHaveDuplicates();
    List<Long> told =
        RUN.matcher(api.get("/flows/F/events?types=RunRegistered").body())
            .results()
            .map((MatchResult run) -> Long.parseLong(run.group(1)))
            .distinct() // an event has it twice
            .toList();
    assertThat(told).startsWith(1L);
    assertThat(told.subList(1, told.size())).as("in the order of the log").isEqualTo(runs);
    assertThat(Api.field(withKey(api), "run_number")).isEqualTo(Api.field(first, "run_number"));
    assertThat(api.get("/healthcheck").body()).isEqualTo("{\"status\": \"UP\"}");
    assertThat(server.isAlive()).isTrue();
  }
}
