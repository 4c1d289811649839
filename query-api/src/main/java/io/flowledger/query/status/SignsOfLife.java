package io.flowledger.query.status;

import io.flowledger.projector.readmodel.ListingView.TrackedTask;
import io.flowledger.projector.row.TaskProgress;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Signs of life of a run, gathered from the run and its tasks. The heartbeats of the run alone do
 * not tell whether it is alive: under a scheduler only tasks beat, and not between two of them.
 */
final class SignsOfLife {

  /** Steps that Metaflow makes for itself, as {@code _parameters}, are called like this. */
  private static final String INTERNAL = "_";

  private long last;
  private boolean beats;
  private boolean hasTasks;
  private OptionalLong lastFailure = OptionalLong.empty();

  /**
   * @param registeredAt epoch milliseconds
   * @param heartbeat last one of the run, epoch seconds
   */
  SignsOfLife(long registeredAt, OptionalLong heartbeat) {
    last = Math.max(registeredAt, TimeUnit.SECONDS.toMillis(heartbeat.orElse(0)));
    beats = heartbeat.isPresent();
  }

  void add(TrackedTask task) {
    last = Math.max(last, TaskStatus.lastSign(task));
    beats |= task.heartbeat().isPresent();
    hasTasks |= !task.row().stepName().startsWith(INTERNAL);
    if (task.progress().end() == TaskProgress.End.FAILED) {
      long failedAt = task.progress().endedAt().orElse(0);
      lastFailure = OptionalLong.of(Math.max(lastFailure.orElse(0), failedAt));
    }
  }

  /** The last one, epoch milliseconds. */
  long last() {
    return last;
  }

  /** Whether anything of the run sends heartbeats. */
  boolean beats() {
    return beats;
  }

  /** Whether it has tasks of steps of the flow. */
  boolean hasTasks() {
    return hasTasks;
  }

  /** When a task failed last whose latest attempt that was, epoch milliseconds. */
  OptionalLong lastFailure() {
    return lastFailure;
  }
}
