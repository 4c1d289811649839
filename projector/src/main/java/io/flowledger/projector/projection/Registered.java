package io.flowledger.projector.projection;

import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import java.util.Optional;

/** Registered objects that an event refers to: each is found under the whole path that it names. */
final class Registered {

  private Registered() {}

  static Optional<RunRow> run(String flowId, long number, ViewWriter view) {
    byte[] row = view.get(Keys.run(number));
    return Optional.ofNullable(row).map(RunRow::new).filter(run -> run.flowId().equals(flowId));
  }

  static Optional<TaskRow> task(String flowId, long run, String step, long task, ViewWriter view) {
    byte[] row = view.get(Keys.task(task));
    return Optional.ofNullable(row)
        .map(TaskRow::new)
        .filter(found -> found.runNumber() == run && found.stepName().equals(step))
        .filter(found -> run(flowId, run, view).isPresent());
  }

  static Verdict noRun(String flowId, long run) {
    return new Verdict.Rejected("run " + flowId + "/" + run + " is not registered");
  }

  static Verdict noTask(long run, String step, long task) {
    return new Verdict.Rejected("task " + run + "/" + step + "/" + task + " is not registered");
  }
}
