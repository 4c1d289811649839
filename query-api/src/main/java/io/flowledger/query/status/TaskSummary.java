package io.flowledger.query.status;

import io.flowledger.projector.readmodel.ListingView.TrackedTask;
import io.flowledger.projector.row.StepRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Totals of the tasks of a run. Their size depends on the steps, not on the tasks. */
final class TaskSummary {

  private static final int MAX_FAILURES = 100;
  private static final int MAX_LONGEST = 5;

  private static final Comparator<TaskStatus> OLDEST_FIRST =
      Comparator.<TaskStatus>comparingLong(status -> status.finishedAt().orElse(0))
          .thenComparingLong(status -> status.task().row().id());
  private static final Comparator<TaskStatus> SHORTEST_FIRST =
      Comparator.<TaskStatus>comparingLong(status -> status.durationMs().orElse(0))
          .thenComparing(status -> status.task().row().id(), Comparator.reverseOrder());

  private final boolean runIsOver;
  private final Silence silence;
  private final TaskTotals all = new TaskTotals();
  private final List<StepSummary> steps = new ArrayList<>();
  private final FirstFew<TaskStatus> failures =
      new FirstFew<>(MAX_FAILURES, OLDEST_FIRST.reversed());
  private final FirstFew<TaskStatus> longest =
      new FirstFew<>(MAX_LONGEST, SHORTEST_FIRST.reversed());

  TaskSummary(boolean runIsOver, Silence silence) {
    this.runIsOver = runIsOver;
    this.silence = silence;
  }

  /** Adds a step; the tasks that follow are its own. */
  void add(StepRow step) {
    steps.add(new StepSummary(step.stepName(), step.tsEpoch(), new TaskTotals()));
  }

  void add(TrackedTask task) {
    TaskStatus status = TaskStatus.of(task, runIsOver, silence);
    all.add(status);
    steps.get(steps.size() - 1).tasks().add(status);
    if (status.state() == Lifecycle.FAILED) {
      failures.add(status);
    }
    if (status.durationMs().isPresent()) {
      longest.add(status);
    }
  }

  /** All tasks of the run. */
  TaskTotals all() {
    return all;
  }

  /** In the order in which they came. */
  List<StepSummary> steps() {
    return steps;
  }

  /** Tasks that have failed, newest first, not all of them. */
  List<TaskStatus> failures() {
    return failures.inOrder();
  }

  /** The tasks whose latest attempts took longest. */
  List<TaskStatus> longest() {
    return longest.inOrder();
  }
}
