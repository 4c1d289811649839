package io.flowledger.ingest.write;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.Position;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds the objects that a request is about. Since nothing is ever removed, what was once seen to
 * exist is remembered, and found again while no view can be read.
 *
 * <p>Throws {@link ViewUnavailableException} when an object is neither remembered nor readable, or
 * may be among what somebody was told of before the view had it.
 */
public final class Parents {

  private static final int REMEMBERED = 100_000;
  private static final String TASK_UNREGISTERED = "need to register run_id and task_id first";

  private record FlowKey(String flowId) implements Key {}

  private record RunKey(String flowId, Identifier run) implements Key {}

  private record StepKey(long run, String stepName) implements Key {}

  private record TaskKey(long run, String stepName, Identifier task) implements Key {}

  private sealed interface Key {}

  private final ReadModel readModel;
  private final Cache<Key, Long> numbers =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  public Parents(ReadModel readModel) {
    this.readModel = readModel;
  }

  public View view(String flowId) {
    return readModel.view(readModel.partitionOf(flowId));
  }

  /** Asks the view of the flow a question; no is the answer where no view can be asked. */
  public boolean seen(String flowId, Predicate<View> question) {
    return find(flowId, view -> question.test(view) ? Optional.of(true) : Optional.empty())
        .isPresent();
  }

  /** Finds something in the view of the flow; nothing where no view can be asked. */
  public <T> Optional<T> find(String flowId, Function<View, Optional<T>> search) {
    try {
      return search.apply(view(flowId));
    } catch (ViewUnavailableException notNow) {
      return Optional.empty(); // then the projection decides who was first
    }
  }

  /**
   * @throws RefusedException 404 when there is no such flow
   */
  public void requireFlow(String flowId) {
    if (number(new FlowKey(flowId), flowId, view -> view.flow(flowId).map(found -> 0L)).isEmpty()) {
      throw RefusedException.notRegistered("flow " + flowId);
    }
  }

  /**
   * @throws RefusedException 404 when there is no such run
   */
  public RegisteredRun requireRun(String flowId, Identifier run) {
    long number = run(flowId, run).orElseThrow(() -> unknownRun(flowId, run));
    return new RegisteredRun(flowId, run, number);
  }

  /**
   * What is shown of a run.
   *
   * @throws RefusedException 404 when there is no such run
   */
  public RunRow requireRow(String flowId, Identifier run) {
    return required(flowId, view -> view.run(flowId, run))
        .orElseThrow(() -> unknownRun(flowId, run));
  }

  public static RuntimeException unknownRun(String flowId, Identifier run) {
    return RefusedException.notRegistered("run " + flowId + "/" + run);
  }

  private Optional<Long> run(String flowId, Identifier run) {
    return number(
        new RunKey(flowId, run), flowId, view -> view.run(flowId, run).map(RunRow::number));
  }

  /**
   * @throws RefusedException 404 when there is no such step
   */
  public void requireStep(RegisteredRun run, String stepName) {
    Optional<Long> step =
        number(
            new StepKey(run.number(), stepName),
            run.flowId(),
            view ->
                view.run(run.flowId(), new Identifier.Number(run.number()))
                    .flatMap(found -> view.step(found, stepName))
                    .map(found -> 0L));
    if (step.isEmpty()) {
      throw RefusedException.notRegistered("step " + run + "/" + stepName);
    }
  }

  /**
   * The task of a request that records something of it.
   *
   * @throws RefusedException 400 when there is no such task, or no such run
   */
  public RegisteredTask requireRecordable(TaskPath path) {
    return run(path.flowId(), path.run())
        .flatMap(run -> task(path, run))
        .orElseThrow(Parents::unregisteredTask);
  }

  /** The refusal of what a task that is not there would record. */
  public static RefusedException unregisteredTask() {
    return RefusedException.malformed(TASK_UNREGISTERED);
  }

  /**
   * @param run number of the task's run
   * @throws RefusedException 404 when there is no such task
   */
  public RegisteredTask requireTask(TaskPath path, long run) {
    return task(path, run).orElseThrow(() -> RefusedException.notRegistered(path.toString()));
  }

  /**
   * @param run number of the task's run
   */
  public Optional<RegisteredTask> task(TaskPath path, long run) {
    return number(
            new TaskKey(run, path.stepName(), path.task()),
            path.flowId(),
            view ->
                view.run(path.flowId(), new Identifier.Number(run))
                    .flatMap(found -> view.task(found, path.stepName(), path.task()))
                    .map(TaskRow::id))
        .map(task -> new RegisteredTask(path.flowId(), run, path.stepName(), task));
  }

  // What the log has acknowledged exists, whether or not a view shows it already: without these,
  // the next request of a client would be told that its parent is not there.

  /** Whether a flow is there for certain, whatever a view shows. */
  public boolean remembersFlow(String flowId) {
    return numbers.getIfPresent(new FlowKey(flowId)) != null;
  }

  /** The same of a step. */
  public boolean remembersStep(RegisteredRun run, String stepName) {
    return numbers.getIfPresent(new StepKey(run.number(), stepName)) != null;
  }

  void rememberFlow(String flowId) {
    numbers.put(new FlowKey(flowId), 0L);
  }

  void rememberRun(String flowId, long number) {
    numbers.put(new RunKey(flowId, new Identifier.Number(number)), number);
  }

  void rememberStep(long run, String stepName) {
    numbers.put(new StepKey(run, stepName), 0L);
  }

  void rememberTask(long run, String stepName, long id) {
    numbers.put(new TaskKey(run, stepName, new Identifier.Number(id)), id);
  }

  private interface Lookup {
    Optional<Long> in(View view);
  }

  private Optional<Long> number(Key key, String flowId, Lookup lookup) {
    Optional<Long> remembered = Optional.ofNullable(numbers.getIfPresent(key));
    if (remembered.isPresent()) {
      return remembered;
    }
    Optional<Long> found = required(flowId, lookup::in);
    found.ifPresent(number -> numbers.put(key, number));
    return found;
  }

  /** Finds something; that it is not there is only said when the view has all that was promised. */
  private <T> Optional<T> required(String flowId, Function<View, Optional<T>> search) {
    View view = view(flowId);
    Optional<T> found = search.apply(view);
    Optional<Position> promised =
        readModel.promises().of(Position.Log.EVENTS, readModel.partitionOf(flowId));
    if (found.isPresent() || promised.isEmpty()) {
      return found;
    }
    if (view.head().offset() < promised.get().offset()) {
      throw ViewUnavailableException.behind(promised.get());
    }
    readModel.promises().kept(promised.get());
    return search.apply(view);
  }
}
