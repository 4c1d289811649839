package io.flowledger.query;

import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.TaskRow;

/** Metaflow's names of objects, with the names that a scheduler gave where there are some. */
final class Pathspec {

  private Pathspec() {}

  static String of(RunRow run) {
    return run.flowId() + "/" + run.runId().orElseGet(() -> Long.toString(run.number()));
  }

  static String of(RunRow run, TaskRow task) {
    String name = task.taskName().orElseGet(() -> Long.toString(task.id()));
    return of(run) + "/" + task.stepName() + "/" + name;
  }
}
