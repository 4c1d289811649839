package io.flowledger.query.status;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.readmodel.ListingView.TrackedTask;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskProgress;
import io.flowledger.projector.row.TaskRow;
import java.util.OptionalLong;

/** Tasks of run F/1 as a view gives them. */
final class Tasks {

  static final RunRow RUN = RunRow.of(Events.run("F", 1).event());

  private Tasks() {}

  static StepRow step(String name) {
    return StepRow.of(Events.step("F", 1, name).event(), RUN);
  }

  /**
   * @param registeredAt epoch milliseconds
   * @param heartbeat last one, epoch seconds
   */
  static TrackedTask task(
      String step, long id, long registeredAt, TaskProgress progress, OptionalLong heartbeat) {
    TaskRow row = TaskRow.of(Events.task("F", 1, step, id).at(registeredAt).event(), RUN);
    return new TrackedTask(row, progress, heartbeat);
  }
}
