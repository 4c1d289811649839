package io.flowledger.query.status;

import io.flowledger.projector.readmodel.ListingView.TrackedTask;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import java.util.OptionalLong;

/**
 * The status of a run at a moment, made in one pass over its tasks. Only at the end of that it is
 * known whether the run is over, and so whether its unfinished tasks are lost: they are summed up
 * both ways.
 */
final class RunReport {

  private final RunRow run;
  private final RunProgress progress;
  private final OptionalLong heartbeat;
  private final Silence silence;
  private final SignsOfLife signs;
  private final TaskSummary ofLiveRun;
  private final TaskSummary ofRunThatIsOver;

  /**
   * @param heartbeat last one of the run, epoch seconds
   */
  RunReport(RunRow run, RunProgress progress, OptionalLong heartbeat, Silence silence) {
    this.run = run;
    this.progress = progress;
    this.heartbeat = heartbeat;
    this.silence = silence;
    this.signs = new SignsOfLife(run.tsEpoch(), heartbeat);
    this.ofLiveRun = new TaskSummary(false, silence);
    this.ofRunThatIsOver = new TaskSummary(true, silence);
  }

  /** Adds a step; the tasks that follow are its own. */
  void add(StepRow step) {
    ofLiveRun.add(step);
    ofRunThatIsOver.add(step);
  }

  void add(TrackedTask task) {
    signs.add(task);
    ofLiveRun.add(task);
    ofRunThatIsOver.add(task);
  }

  RunRow run() {
    return run;
  }

  /** Last one of the run, epoch seconds. */
  OptionalLong heartbeat() {
    return heartbeat;
  }

  RunLifecycle lifecycle() {
    return RunLifecycle.of(progress, signs, silence);
  }

  TaskSummary tasks() {
    return lifecycle().state().isOver() ? ofRunThatIsOver : ofLiveRun;
  }

  /** From its registration to its end or to this moment; empty while the run is pending. */
  OptionalLong durationMs() {
    RunLifecycle lifecycle = lifecycle();
    return lifecycle.state() == Lifecycle.PENDING
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max(0, lifecycle.finishedAt().orElse(silence.now()) - run.tsEpoch()));
  }

  /** The moment, epoch milliseconds. */
  long asOf() {
    return silence.now();
  }
}
