package io.flowledger.query.status;

import io.flowledger.projector.readmodel.ListingView.TrackedTask;
import io.flowledger.projector.row.TaskProgress;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * State of a task, which its latest attempt decides:
 *
 * <ul>
 *   <li>completed or failed as its {@code attempt_ok} says. An attempt that is done and says no
 *       more has completed: that is how {@code _parameters} and clients before {@code attempt_ok}
 *       end.
 *   <li>pending until it is heard of after its registration: an {@code attempt}, or a heartbeat. It
 *       may wait as long as its run lives.
 *   <li>running until its heartbeats stop; without heartbeats as long as its run lives.
 *   <li>killed-or-lost otherwise.
 * </ul>
 *
 * @param finishedAt epoch milliseconds; of a lost task the last sign of life
 * @param durationMs of the latest attempt, as far as its start and its end are known
 */
record TaskStatus(
    TrackedTask task, Lifecycle state, OptionalLong finishedAt, OptionalLong durationMs) {

  /**
   * @param runIsOver nothing of such a run is alive
   */
  static TaskStatus of(TrackedTask task, boolean runIsOver, Silence silence) {
    Lifecycle state =
        switch (task.progress().end()) {
          case SUCCEEDED, DONE -> Lifecycle.COMPLETED;
          case FAILED -> Lifecycle.FAILED;
          case NONE -> unfinished(task, runIsOver, silence);
        };
    return new TaskStatus(
        task, state, finishedAt(task, state), duration(task, state, silence.now()));
  }

  private static Lifecycle unfinished(TrackedTask task, boolean runIsOver, Silence silence) {
    boolean begun = task.progress().isBegun() || beatsSinceRegistration(task);
    boolean silent = task.heartbeat().isPresent() && silence.isDeath(lastSign(task), true);
    if (runIsOver || (begun && silent)) {
      return Lifecycle.KILLED_OR_LOST;
    }
    return begun ? Lifecycle.RUNNING : Lifecycle.PENDING;
  }

  /** The registration counts as a heartbeat itself. */
  private static boolean beatsSinceRegistration(TrackedTask task) {
    return heartbeat(task) > task.row().tsEpoch();
  }

  private static OptionalLong finishedAt(TrackedTask task, Lifecycle state) {
    return switch (state) {
      case COMPLETED, FAILED -> task.progress().endedAt();
      case KILLED_OR_LOST -> OptionalLong.of(lastSign(task));
      case PENDING, RUNNING -> OptionalLong.empty();
    };
  }

  private static OptionalLong duration(TrackedTask task, Lifecycle state, long now) {
    OptionalLong start = task.progress().startedAt();
    boolean endIsKnown = state != Lifecycle.KILLED_OR_LOST || task.heartbeat().isPresent();
    if (start.isEmpty() || !endIsKnown) {
      return OptionalLong.empty();
    }
    long end = finishedAt(task, state).orElse(now);
    return OptionalLong.of(Math.max(0, end - start.getAsLong()));
  }

  /** When the task was last heard of, epoch milliseconds. */
  static long lastSign(TrackedTask task) {
    TaskProgress progress = task.progress();
    long told = Math.max(progress.startedAt().orElse(0), progress.endedAt().orElse(0));
    return Math.max(Math.max(task.row().tsEpoch(), told), heartbeat(task));
  }

  private static long heartbeat(TrackedTask task) {
    return TimeUnit.SECONDS.toMillis(task.heartbeat().orElse(0));
  }
}
