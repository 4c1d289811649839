package io.flowledger.query;

import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskProgress;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View.TrackedTask;
import io.flowledger.schemas.EventIds;
import java.util.List;
import java.util.OptionalLong;

/** Tasks of run F/1 as a view gives them. */
final class Tasks {

  static final RunRow RUN =
      RunRow.of(
          new RunRegistered(
              EventIds.next(0),
              "F",
              1L,
              null,
              null,
              List.of(),
              List.of(),
              null,
              0L,
              null,
              "test",
              null));

  private Tasks() {}

  static StepRow step(String name) {
    return StepRow.of(
        new StepRegistered(
            EventIds.next(0), "F", 1L, name, null, null, null, 0L, null, "test", null),
        RUN);
  }

  /**
   * @param registeredAt epoch milliseconds
   * @param heartbeat last one, epoch seconds
   */
  static TrackedTask task(
      String step, long id, long registeredAt, TaskProgress progress, OptionalLong heartbeat) {
    TaskRow row =
        TaskRow.of(
            new TaskRegistered(
                EventIds.next(0),
                "F",
                1L,
                step,
                id,
                null,
                null,
                null,
                null,
                null,
                registeredAt,
                null,
                "test",
                null),
            RUN);
    return new TrackedTask(row, progress, heartbeat);
  }
}
