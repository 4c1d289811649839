package io.flowledger.query.status;

import static io.flowledger.query.status.Lifecycle.COMPLETED;
import static io.flowledger.query.status.Lifecycle.FAILED;
import static io.flowledger.query.status.Lifecycle.KILLED_OR_LOST;
import static io.flowledger.query.status.Lifecycle.PENDING;
import static io.flowledger.query.status.Lifecycle.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.readmodel.ListingView.TrackedTask;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.TaskProgress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run is registered at second 100, and silence may last 360 seconds. */
class RunLifecycleTest {

  private static final long DAY = 86_400;
  private static final OptionalLong NO_HEARTBEATS = OptionalLong.empty();
  private static final OptionalLong NOT_YET = OptionalLong.empty();

  private static final RunProgress NO_OUTCOME = RunProgress.initial();
  private static final RunProgress SUCCESS = NO_OUTCOME.withOutcome(true, 500_000, 9);
  private static final RunProgress FAILURE = NO_OUTCOME.withOutcome(false, 500_000, 9);
  private static final RunProgress RETRIED = FAILURE.withAttempt(600_000, 10);

  private static final TaskProgress NOTHING = TaskProgress.initial();
  private static final TaskProgress BEGUN = NOTHING.withAttempt(0, 200_000, 1);
  private static final TrackedTask PARAMETERS =
      task("_parameters", NOTHING.withDone(0, 110_000, 1), NO_HEARTBEATS);
  private static final TrackedTask COMPLETED_TASK =
      task("start", BEGUN.withOutcome(0, true, 300_000, 2), NO_HEARTBEATS);
  private static final TrackedTask FAILED_TASK =
      task("start", BEGUN.withOutcome(0, false, 310_000, 2), NO_HEARTBEATS);
  private static final TrackedTask FAILED_BEFORE =
      task("start", BEGUN.withOutcome(0, false, 305_000, 2), NO_HEARTBEATS);
  private static final TrackedTask RETRIED_TASK =
      task(
          "start",
          BEGUN.withOutcome(0, false, 310_000, 2).withAttempt(1, 320_000, 3),
          NO_HEARTBEATS);

  private static TrackedTask task(String step, TaskProgress progress, OptionalLong heartbeat) {
    return Tasks.task(step, 1, 105_000, progress, heartbeat);
  }

  private static OptionalLong at(long seconds) {
    return OptionalLong.of(seconds);
  }

  /** Times in seconds. */
  private record Case(
      String what,
      long now,
      OptionalLong heartbeat,
      RunProgress progress,
      List<TrackedTask> tasks,
      Lifecycle state,
      OptionalLong finishedAt) {}

  private static Case run(
      String what,
      long now,
      OptionalLong heartbeat,
      RunProgress progress,
      List<TrackedTask> tasks,
      Lifecycle state,
      OptionalLong finishedAt) {
    return new Case(what, now, heartbeat, progress, tasks, state, finishedAt);
  }

  static Stream<Case> withHeartbeats() {
    List<TrackedTask> none = List.of();
    List<TrackedTask> internal = List.of(PARAMETERS);
    List<TrackedTask> one = List.of(PARAMETERS, COMPLETED_TASK);
    List<TrackedTask> failed = List.of(FAILED_BEFORE, FAILED_TASK, COMPLETED_TASK);
    return Stream.of(
        run("registered", 460, at(100), NO_OUTCOME, none, PENDING, NOT_YET),
        run("has parameters", 470, at(100), NO_OUTCOME, internal, PENDING, NOT_YET),
        run("never began", 461, at(100), NO_OUTCOME, none, KILLED_OR_LOST, at(100)),
        run("beats", 760, at(400), NO_OUTCOME, one, RUNNING, NOT_YET),
        run("is silent", 761, at(400), NO_OUTCOME, one, KILLED_OR_LOST, at(400)),
        run("is heard of again", 761, at(401), NO_OUTCOME, one, RUNNING, NOT_YET),
        run("heard of from a task", 660, at(100), NO_OUTCOME, one, RUNNING, NOT_YET),
        run("not even from a task", 661, at(100), NO_OUTCOME, one, KILLED_OR_LOST, at(300)),
        run("has a failure", 760, at(400), NO_OUTCOME, failed, RUNNING, NOT_YET),
        run("has failed", 761, at(400), NO_OUTCOME, failed, FAILED, at(310)),
        run(
            "died during a retry",
            761,
            at(400),
            NO_OUTCOME,
            List.of(RETRIED_TASK),
            KILLED_OR_LOST,
            at(400)),
        run("completed", 510, at(505), SUCCESS, one, COMPLETED, at(500)),
        run("completed long ago", DAY * 9, at(505), SUCCESS, one, COMPLETED, at(500)),
        run("beats though it completed", 2000, at(1999), SUCCESS, one, COMPLETED, at(500)),
        run("failed at the end", 510, at(505), FAILURE, one, FAILED, at(500)),
        run("retries its end", 700, at(690), RETRIED, one, RUNNING, NOT_YET),
        run("died while it retried", 2000, at(690), RETRIED, one, KILLED_OR_LOST, at(690)));
  }

  static Stream<Case> withHeartbeatsOfTasksOnly() {
    List<TrackedTask> beaten = List.of(task("start", BEGUN, at(400)));
    return Stream.of(
        run("beats", 760, NO_HEARTBEATS, NO_OUTCOME, beaten, RUNNING, NOT_YET),
        run("is silent", 761, NO_HEARTBEATS, NO_OUTCOME, beaten, KILLED_OR_LOST, at(400)),
        run("beats by its task", 760, at(105), NO_OUTCOME, beaten, RUNNING, NOT_YET));
  }

  static Stream<Case> withoutHeartbeats() {
    List<TrackedTask> none = List.of();
    List<TrackedTask> one = List.of(PARAMETERS, COMPLETED_TASK);
    List<TrackedTask> failed = List.of(FAILED_TASK);
    OptionalLong no = NO_HEARTBEATS;
    return Stream.of(
        run("registered", DAY + 100, no, NO_OUTCOME, none, PENDING, NOT_YET),
        run("never began", DAY + 101, no, NO_OUTCOME, none, KILLED_OR_LOST, at(100)),
        run("heard of", DAY + 300, no, NO_OUTCOME, one, RUNNING, NOT_YET),
        run("silent for a day", DAY + 301, no, NO_OUTCOME, one, KILLED_OR_LOST, at(300)),
        run("has a failure", DAY + 310, no, NO_OUTCOME, failed, RUNNING, NOT_YET),
        run("has failed", DAY + 311, no, NO_OUTCOME, failed, FAILED, at(310)),
        run("completed", DAY * 9, no, SUCCESS, one, COMPLETED, at(500)));
  }

  @ParameterizedTest
  @MethodSource({"withHeartbeats", "withHeartbeatsOfTasksOnly", "withoutHeartbeats"})
  void isDerivedFromOutcomeAndSilence(Case given) {
    SignsOfLife signs = new SignsOfLife(100_000, given.heartbeat());
    given.tasks().forEach(signs::add);

    RunLifecycle lifecycle =
        RunLifecycle.of(
            given.progress(), signs, new Silence(given.now() * 1000, Duration.ofSeconds(360)));

    assertThat(lifecycle.state()).isEqualTo(given.state());
    assertThat(lifecycle.finishedAt()).isEqualTo(millis(given.finishedAt()));
  }

  private static OptionalLong millis(OptionalLong seconds) {
    return seconds.isEmpty() ? seconds : OptionalLong.of(seconds.getAsLong() * 1000);
  }
}
