package io.flowledger.projector.readmodel;

import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.schemas.Identifier;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Objects of one partition, found by what they are called, with how far they are. Reads are cheap
 * enough for an event loop.
 *
 * <p>Every method throws {@link ViewUnavailableException} when the view has been closed.
 */
public interface ObjectView {

  Optional<FlowRow> flow(String flowId);

  Optional<RunRow> run(String flowId, Identifier run);

  Optional<RunRow> run(long number);

  Optional<StepRow> step(RunRow run, String stepName);

  Optional<TaskRow> task(RunRow run, String stepName, Identifier task);

  Optional<TaskRow> task(long task);

  /** The artifacts of an attempt of a task, by name. */
  AttemptArtifacts artifacts(long task, int attempt);

  /** Artifacts by name; what it has read it keeps, so it is for one answer. */
  @FunctionalInterface
  interface AttemptArtifacts {
    Optional<ArtifactRow> find(String name);
  }

  RunProgress progress(long run);

  /** Last heartbeat of a run by whatever beats it, epoch seconds. */
  OptionalLong heartbeat(RunRow run, RunProgress progress);

  /** Last heartbeat of a task, epoch seconds. */
  OptionalLong heartbeat(TaskRow task);

  /** The heartbeats of a run, or of one of its tasks, apart from what events say; epoch seconds. */
  OptionalLong beats(long run, OptionalLong task);
}
