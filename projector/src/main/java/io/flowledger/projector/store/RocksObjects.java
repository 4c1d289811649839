package io.flowledger.projector.store;

import io.flowledger.projector.layout.ArtifactLookup;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.layout.NumberRow;
import io.flowledger.projector.readmodel.ObjectView;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.schemas.Identifier;
import java.util.Optional;
import java.util.OptionalLong;

/** Objects read from the tables of the events and of the heartbeats of one partition. */
final class RocksObjects implements ObjectView {

  private final RocksTable events;
  private final HeartbeatLookup heartbeats;

  RocksObjects(RocksTable events, HeartbeatLookup heartbeats) {
    this.events = events;
    this.heartbeats = heartbeats;
  }

  @Override
  public Optional<FlowRow> flow(String flowId) {
    return Optional.ofNullable(events.get(Keys.flow(flowId))).map(FlowRow::new);
  }

  @Override
  public Optional<RunRow> run(String flowId, Identifier run) {
    OptionalLong number =
        run instanceof Identifier.Number known
            ? OptionalLong.of(known.value())
            : NumberRow.in(events.get(Keys.runByName(flowId, ((Identifier.Name) run).value())));
    return number.isEmpty()
        ? Optional.empty()
        : run(number.getAsLong()).filter(found -> found.flowId().equals(flowId));
  }

  @Override
  public Optional<RunRow> run(long number) {
    return Optional.ofNullable(events.getShared(Keys.run(number))).map(RunRow::new);
  }

  @Override
  public Optional<StepRow> step(RunRow run, String stepName) {
    return Optional.ofNullable(events.get(Keys.step(run.number(), stepName))).map(StepRow::new);
  }

  /** Digits are the number of a task; only where none of the step has it can they be its name. */
  @Override
  public Optional<TaskRow> task(RunRow run, String stepName, Identifier task) {
    if (task instanceof Identifier.Number number) {
      return taskOf(run, stepName, number.value())
          .or(() -> taskByName(run, stepName, number.toString()));
    }
    return taskByName(run, stepName, ((Identifier.Name) task).value());
  }

  private Optional<TaskRow> taskByName(RunRow run, String stepName, String name) {
    OptionalLong number = NumberRow.in(events.get(Keys.taskByName(run.number(), stepName, name)));
    return number.isEmpty() ? Optional.empty() : taskOf(run, stepName, number.getAsLong());
  }

  private Optional<TaskRow> taskOf(RunRow run, String stepName, long number) {
    return task(number)
        .filter(found -> found.runNumber() == run.number() && found.stepName().equals(stepName));
  }

  @Override
  public Optional<TaskRow> task(long task) {
    return Optional.ofNullable(events.get(Keys.task(task))).map(TaskRow::new);
  }

  @Override
  public AttemptArtifacts artifacts(long task, int attempt) {
    return new ArtifactLookup(events::get, task, attempt)::find;
  }

  @Override
  public RunProgress progress(long run) {
    byte[] row = events.get(Keys.progress(run));
    return row == null ? RunProgress.initial() : new RunProgress(row);
  }

  @Override
  public OptionalLong heartbeat(RunRow run, RunProgress progress) {
    return HeartbeatLookup.later(
        HeartbeatLookup.later(run.firstHeartbeat(), progress.taskHeartbeat()),
        heartbeats.of(Keys.runHeartbeat(run.number())));
  }

  @Override
  public OptionalLong heartbeat(TaskRow task) {
    return HeartbeatLookup.later(
        task.firstHeartbeat(), heartbeats.of(Keys.taskHeartbeat(task.id())));
  }

  @Override
  public OptionalLong beats(long run, OptionalLong task) {
    return heartbeats.of(
        task.isPresent() ? Keys.taskHeartbeat(task.getAsLong()) : Keys.runHeartbeat(run));
  }
}
