package io.flowledger.ingest.bulk;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.body.NameCheck;
import io.flowledger.ingest.bulk.NamedObject.Run;
import io.flowledger.ingest.bulk.NamedObject.Step;
import io.flowledger.ingest.bulk.NamedObject.Task;
import io.flowledger.ingest.bulk.NamedObject.There;
import io.flowledger.ingest.bulk.entry.BulkEntry;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.RegisteredRun;
import io.flowledger.ingest.write.TaskPath;
import io.flowledger.schemas.Identifier;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the entries of a request are about: objects that were there before, and those that
 * earlier entries register. For one thread at a time.
 */
final class NamedObjects {

  private record RunKey(String flowId, Identifier run) {}

  private final Limits limits;
  private final Parents parents;
  private final Map<String, Future<There>> flows = new HashMap<>();
  private final Map<RunKey, Run> runs = new HashMap<>();
  private final Map<BulkEntry.Place, Task> tasks = new HashMap<>();
  private final BulkRefs refs = new BulkRefs();

  NamedObjects(Limits limits, Parents parents) {
    this.limits = limits;
    this.parents = parents;
  }

  /** What entries call runs and tasks. */
  BulkRefs refs() {
    return refs;
  }

  // ---- flows -----------------------------------------------------------------------------------

  String flowId(BulkEntry.Place place) {
    return present("flow_id", place.flowId());
  }

  /** The flow of that name, as far as it is known. */
  Optional<Future<There>> findFlow(String flowId) {
    Future<There> known = flows.get(flowId);
    if (known == null && parents.seen(flowId, view -> view.flow(flowId).isPresent())) {
      known = Future.succeededFuture(There.BEFORE);
      flows.put(flowId, known);
    }
    return Optional.ofNullable(known);
  }

  void add(String flowId, Future<There> there) {
    flows.put(flowId, there);
  }

  /**
   * The flow that an entry is about.
   *
   * @throws RefusedException 404 when there is no such flow
   */
  Future<There> flow(String flowId) {
    Future<There> known = flows.get(flowId);
    if (known == null) {
      parents.requireFlow(flowId);
      known = Future.succeededFuture(There.BEFORE);
      flows.put(flowId, known);
    }
    return known;
  }

  // ---- runs ------------------------------------------------------------------------------------

  /** The run of that name, as far as it is known. */
  Optional<Run> findRun(String flowId, Identifier run) {
    Run known = runs.get(new RunKey(flowId, run));
    return known != null
        ? Optional.of(known)
        : parents
            .find(flowId, view -> view.run(flowId, run))
            .map(row -> before(flowId, run, row.number()));
  }

  void add(Identifier name, Run run) {
    runs.put(new RunKey(run.flowId(), name), run);
  }

  /**
   * The run that an entry is about.
   *
   * @throws RefusedException 404 when there is no such run
   */
  Run run(BulkEntry.Place place) {
    String text = present("run_number", place.run());
    Optional<BulkRefs.Named> named = refs.find(text);
    if (named.isPresent()) {
      Run run = named.get().run();
      if (run == null) {
        throw RefusedException.malformed(text + " is a task, not a run");
      }
      agree(text, "flow_id", place.flowId(), run.flowId());
      return run;
    }
    String flowId = flowId(place);
    Identifier run = BulkRefs.unescaped(text);
    Run known = runs.get(new RunKey(flowId, run));
    return known != null ? known : before(flowId, run, parents.requireRun(flowId, run).number());
  }

  /** One object for a run, whatever it is called by. */
  private Run before(String flowId, Identifier run, long number) {
    Run byNumber =
        runs.computeIfAbsent(
            new RunKey(flowId, new Identifier.Number(number)),
            key ->
                new Run(
                    flowId,
                    Optional.of(run),
                    Future.succeededFuture(new There(number, false)),
                    List.of()));
    runs.put(new RunKey(flowId, run), byNumber);
    return byNumber;
  }

  // ---- steps -----------------------------------------------------------------------------------

  String stepName(BulkEntry.Place place) {
    return present("step_name", place.stepName());
  }

  /** The step of that name, as far as it is known. */
  Optional<Step> findStep(Run run, String name) {
    Step known = run.steps().get(name);
    if (known != null) {
      return Optional.of(known);
    }
    return run.known()
        .flatMap(
            there ->
                parents.find(
                    run.flowId(),
                    view -> view.run(there.number()).flatMap(row -> view.step(row, name))))
        .map(row -> before(run, name));
  }

  /**
   * The step that an entry is about.
   *
   * @throws RefusedException 404 when there is no such step, or no such run
   */
  Step step(BulkEntry.Place place) {
    Run run = run(place);
    String name = stepName(place);
    Step known = run.steps().get(name);
    if (known != null) {
      return known;
    }
    RegisteredRun there =
        run.known()
            .orElseThrow(
                () ->
                    RefusedException.unknown(
                        "step %s/%s/%s is not registered"
                            .formatted(run.flowId(), place.run(), name)));
    parents.requireStep(there, name);
    return before(run, name);
  }

  private static Step before(Run run, String name) {
    return run.steps()
        .computeIfAbsent(name, key -> new Step(run, name, Future.succeededFuture(There.BEFORE)));
  }

  // ---- tasks -----------------------------------------------------------------------------------

  /** The task of that name, as far as it is known. */
  Optional<Task> findTask(Step step, Identifier task) {
    Task known = step.tasks().get(task);
    if (known != null) {
      return Optional.of(known);
    }
    return step.run()
        .known()
        .flatMap(
            there ->
                parents.find(
                    step.run().flowId(),
                    view ->
                        view.run(there.number()).flatMap(row -> view.task(row, step.name(), task))))
        .map(row -> before(step, task, row.id()));
  }

  /**
   * The task that an entry is about; empty when there is none.
   *
   * @throws RefusedException 404 when there is no such run
   */
  Optional<Task> task(BulkEntry.Place place) {
    Task known = tasks.get(place);
    if (known != null) {
      return Optional.of(known);
    }
    String text = present("task_id", place.task());
    Optional<BulkRefs.Named> named = refs.find(text);
    Optional<Task> found =
        named.isPresent()
            ? Optional.of(byRef(text, named.get(), place))
            : byName(BulkRefs.unescaped(text), place);
    found.ifPresent(task -> tasks.put(place, task));
    return found;
  }

  private Task byRef(String text, BulkRefs.Named named, BulkEntry.Place place) {
    Task task = named.task();
    if (task == null) {
      throw RefusedException.malformed(text + " is a run, not a task");
    }
    agree(text, "flow_id", place.flowId(), task.run().flowId());
    agree(text, "step_name", place.stepName(), task.step().name());
    if (place.run() != null && run(inFlowOf(task, place)) != task.run()) {
      throw RefusedException.malformed(text + " is a task of another run than " + place.run());
    }
    return task;
  }

  private static BulkEntry.Place inFlowOf(Task task, BulkEntry.Place place) {
    return new BulkEntry.Place(task.run().flowId(), place.run(), null, null);
  }

  private Optional<Task> byName(Identifier task, BulkEntry.Place place) {
    Run run = run(place);
    String stepName = stepName(place);
    Step step = run.steps().get(stepName);
    Task known = step == null ? null : step.tasks().get(task);
    if (known != null) {
      return Optional.of(known);
    }
    return run.known()
        .flatMap(
            there ->
                parents.task(
                    new TaskPath(run.flowId(), there.run(), stepName, task), there.number()))
        .map(found -> before(before(run, stepName), task, found.task()));
  }

  /** One object for a task, whatever it is called by. */
  private static Task before(Step step, Identifier task, long id) {
    Task byNumber =
        step.tasks()
            .computeIfAbsent(
                new Identifier.Number(id),
                key -> new Task(step, Future.succeededFuture(new There(id, false))));
    step.tasks().put(task, byNumber);
    return byNumber;
  }

  // ---- fields ----------------------------------------------------------------------------------

  private String present(String field, @Nullable String value) {
    if (value == null) {
      throw RefusedException.malformed(field + " is missing");
    }
    return NameCheck.inPath(value, field, limits);
  }

  private static void agree(String ref, String field, @Nullable String said, String there) {
    if (said != null && !said.equals(there)) {
      throw RefusedException.malformed(
          "%s has the %s %s, not %s".formatted(ref, field, there, said));
    }
  }
}
