package io.flowledger.query.status;

import static io.flowledger.query.status.Lifecycle.COMPLETED;
import static io.flowledger.query.status.Lifecycle.FAILED;
import static io.flowledger.query.status.Lifecycle.KILLED_OR_LOST;
import static io.flowledger.query.status.Lifecycle.PENDING;
import static io.flowledger.query.status.Lifecycle.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.TaskProgress;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A task is registered at second 100, it is second 1000 now, and silence may last 360 seconds. */
class TaskStatusTest {

  private static final Silence SILENCE = new Silence(1_000_000, Duration.ofSeconds(360));
  private static final OptionalLong NONE = OptionalLong.empty();
  private static final OptionalLong AT_REGISTRATION = at(100);
  private static final OptionalLong STALE = at(639);
  private static final OptionalLong FRESH = at(640);

  private static final TaskProgress NOTHING = TaskProgress.initial();
  private static final TaskProgress BEGUN = NOTHING.withAttempt(0, 200_000, 1);
  private static final TaskProgress FAILURE = BEGUN.withOutcome(0, false, 300_000, 2);
  private static final TaskProgress RETRIED = FAILURE.withAttempt(1, 400_000, 3);
  private static final TaskProgress JUST_BEGUN = NOTHING.withAttempt(0, 900_000, 1);

  private static OptionalLong at(long seconds) {
    return OptionalLong.of(seconds);
  }

  /** What is expected, times in seconds. */
  private record Case(
      String what,
      TaskProgress progress,
      OptionalLong heartbeat,
      boolean runIsOver,
      Lifecycle state,
      OptionalLong finishedAt,
      OptionalLong duration) {}

  private static Case live(
      String what,
      TaskProgress progress,
      OptionalLong heartbeat,
      Lifecycle state,
      OptionalLong finishedAt,
      OptionalLong duration) {
    return new Case(what, progress, heartbeat, false, state, finishedAt, duration);
  }

  private static Case over(
      String what,
      TaskProgress progress,
      OptionalLong heartbeat,
      Lifecycle state,
      OptionalLong finishedAt,
      OptionalLong duration) {
    return new Case(what, progress, heartbeat, true, state, finishedAt, duration);
  }

  static Stream<Case> cases() {
    TaskProgress success = BEGUN.withOutcome(0, true, 300_000, 2);
    TaskProgress done = NOTHING.withDone(0, 300_000, 1);
    return Stream.of(
        live("just registered", NOTHING, NONE, PENDING, NONE, NONE),
        live("beaten by its registration", NOTHING, AT_REGISTRATION, PENDING, NONE, NONE),
        live("beats, but no attempt is recorded", NOTHING, FRESH, RUNNING, NONE, NONE),
        live("beat without an attempt", NOTHING, STALE, KILLED_OR_LOST, STALE, NONE),
        over("never begun", NOTHING, AT_REGISTRATION, KILLED_OR_LOST, AT_REGISTRATION, NONE),
        over("never begun, no heartbeats", NOTHING, NONE, KILLED_OR_LOST, at(100), NONE),
        live("beats", BEGUN, FRESH, RUNNING, NONE, at(800)),
        live("beats no more", BEGUN, STALE, KILLED_OR_LOST, STALE, at(439)),
        live("begun late, no heartbeat yet", JUST_BEGUN, AT_REGISTRATION, RUNNING, NONE, at(100)),
        live("sends no heartbeats", BEGUN, NONE, RUNNING, NONE, at(800)),
        over("beat when its run ended", BEGUN, FRESH, KILLED_OR_LOST, FRESH, at(440)),
        over("sent no heartbeats until then", BEGUN, NONE, KILLED_OR_LOST, at(200), NONE),
        live("succeeded", success, NONE, COMPLETED, at(300), at(100)),
        over("succeeded in time", success, NONE, COMPLETED, at(300), at(100)),
        live("done, as _parameters", done, NONE, COMPLETED, at(300), NONE),
        live(
            "done, as old clients",
            BEGUN.withDone(0, 300_000, 2),
            NONE,
            COMPLETED,
            at(300),
            at(100)),
        live("failed", FAILURE, NONE, FAILED, at(300), at(100)),
        over("failed for good", FAILURE, NONE, FAILED, at(300), at(100)),
        live("failed, then retried", RETRIED, FRESH, RUNNING, NONE, at(600)),
        live("failed, then retried and lost", RETRIED, STALE, KILLED_OR_LOST, STALE, at(239)),
        live(
            "failed, then retried with success",
            RETRIED.withOutcome(1, true, 410_000, 4),
            NONE,
            COMPLETED,
            at(410),
            at(10)),
        live(
            "retried while the first attempt still fails",
            BEGUN.withAttempt(1, 400_000, 3).withOutcome(0, false, 410_000, 4),
            FRESH,
            RUNNING,
            NONE,
            at(600)),
        live(
            "outcome from a clock that is behind",
            BEGUN.withOutcome(0, true, 199_000, 2),
            NONE,
            COMPLETED,
            at(199),
            at(0)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isDecidedByTheLatestAttempt(Case given) {
    TaskStatus status =
        TaskStatus.of(
            Tasks.task("start", 1, 100_000, given.progress(), given.heartbeat()),
            given.runIsOver(),
            SILENCE);

    assertThat(status.state()).isEqualTo(given.state());
    assertThat(status.finishedAt()).isEqualTo(millis(given.finishedAt()));
    assertThat(status.durationMs()).isEqualTo(millis(given.duration()));
  }

  private static OptionalLong millis(OptionalLong seconds) {
    return seconds.isEmpty() ? seconds : OptionalLong.of(seconds.getAsLong() * 1000);
  }
}
