package io.flowledger.query.status;

import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunStatus;
import java.util.OptionalLong;

/**
 * State of a run:
 *
 * <ul>
 *   <li>completed or failed as the outcome of its last step says, by the rule of the status filter
 *       of runs.
 *   <li>without an outcome: pending until a step of the flow has a task, then running, as long as
 *       it is {@linkplain SignsOfLife heard of}.
 *   <li>silent for too long without an outcome: failed if a task has, else killed-or-lost.
 * </ul>
 *
 * @param finishedAt epoch milliseconds: of what decided, or the last sign of life
 */
record RunLifecycle(Lifecycle state, OptionalLong finishedAt) {

  static RunLifecycle of(RunProgress progress, SignsOfLife signs, Silence silence) {
    RunStatus ifAlive = progress.status(true);
    if (ifAlive != RunStatus.RUNNING) {
      return new RunLifecycle(
          ifAlive == RunStatus.COMPLETED ? Lifecycle.COMPLETED : Lifecycle.FAILED,
          progress.outcomeAt());
    }
    if (!silence.isDeath(signs.last(), signs.beats())) {
      return new RunLifecycle(
          signs.hasTasks() ? Lifecycle.RUNNING : Lifecycle.PENDING, OptionalLong.empty());
    }
    return signs.lastFailure().isPresent()
        ? new RunLifecycle(Lifecycle.FAILED, signs.lastFailure())
        : new RunLifecycle(Lifecycle.KILLED_OR_LOST, OptionalLong.of(signs.last()));
  }
}
