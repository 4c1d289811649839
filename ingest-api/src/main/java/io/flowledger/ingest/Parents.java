package io.flowledger.ingest;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import java.util.Optional;

/**
 * Finds the objects that a request is about. Since nothing is ever removed, what was once seen to
 * exist is remembered, and found again while no view can be read.
 *
 * <p>Throws {@link io.flowledger.projector.readmodel.ViewUnavailableException} when an object is
 * neither remembered nor readable.
 */
final class Parents {

  private static final int REMEMBERED = 100_000;

  private record FlowKey(String flowId) implements Key {}

  private record RunKey(String flowId, Identifier run) implements Key {}

  private record StepKey(long run, String stepName) implements Key {}

  private record TaskKey(long run, String stepName, Identifier task) implements Key {}

  private sealed interface Key {}

  private final ReadModel readModel;
  private final LruMap<Key, Long> numbers = new LruMap<>(REMEMBERED);

  Parents(ReadModel readModel) {
    this.readModel = readModel;
  }

  View view(String flowId) {
    return readModel.view(readModel.partitionOf(flowId));
  }

  boolean hasFlow(String flowId) {
    return number(new FlowKey(flowId), flowId, view -> view.flow(flowId).map(found -> 0L))
        .isPresent();
  }

  /** Number of the run. */
  Optional<Long> run(String flowId, Identifier run) {
    return number(
        new RunKey(flowId, run), flowId, view -> view.run(flowId, run).map(RunRow::number));
  }

  boolean hasStep(String flowId, long run, String stepName) {
    return number(
            new StepKey(run, stepName),
            flowId,
            view ->
                view.run(flowId, new Identifier.Number(run))
                    .flatMap(found -> view.step(found, stepName))
                    .map(found -> 0L))
        .isPresent();
  }

  /** Number of the task. */
  Optional<Long> task(String flowId, long run, String stepName, Identifier task) {
    return number(
        new TaskKey(run, stepName, task),
        flowId,
        view ->
            view.run(flowId, new Identifier.Number(run))
                .flatMap(found -> view.task(found, stepName, task))
                .map(TaskRow::id));
  }

  private interface Lookup {
    Optional<Long> in(View view);
  }

  private Optional<Long> number(Key key, String flowId, Lookup lookup) {
    Optional<Long> remembered = numbers.get(key);
    if (remembered.isPresent()) {
      return remembered;
    }
    Optional<Long> found = lookup.in(view(flowId));
    found.ifPresent(number -> numbers.put(key, number));
    return found;
  }
}
