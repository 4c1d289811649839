package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.BulkObject.Run;
import io.flowledger.ingest.BulkObject.Step;
import io.flowledger.ingest.BulkObject.Task;
import io.flowledger.ingest.BulkObject.There;
import io.flowledger.schemas.Identifier;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The entries of a bulk request that register flows, runs, steps and tasks. What refers to one of
 * them is appended when it is in the log: that decides of all but named runs and tasks, and what
 * has an idempotency key, whose one winner is read back.
 */
final class BulkRegistrations {

  private final BulkTools tools;

  BulkRegistrations(BulkTools tools) {
    this.tools = tools;
  }

  void flow(int index, BulkEntry.Flow entry, JsonPiece piece) {
    String flowId = tools.objects().flowId(entry.place());
    IdempotencyKey key = tools.key(index, piece);
    Optional<There> earlier =
        earlier(index, BulkRegistering.Field.NONE, flowId, key, tools.proposals().flowMade(flowId));
    if (earlier.isPresent()) {
      tools.objects().add(flowId, Future.succeededFuture(earlier.get()));
      return;
    }
    Optional<Future<There>> known = tools.objects().findFlow(flowId);
    if (known.isPresent()) {
      exists(index, BulkRegistering.Field.NONE, known.get());
      return;
    }
    BulkRegistering flow = new BulkRegistering(tools, index, BulkRegistering.Field.NONE, key);
    tools.objects().add(flowId, flow.there());
    tools.plan(
        () -> flow.append(tools.proposals().flow(flowId, entry.body(), tools.stamp(key)), 0),
        flow::refuse);
  }

  void run(int index, BulkEntry.Run entry, JsonPiece piece) {
    BulkObjects objects = tools.objects();
    String flowId = objects.flowId(entry.place());
    objects.refs().checkFree(entry.ref());
    Future<There> flow = objects.flow(flowId);
    Optional<Identifier> named = entry.body().id().map(Identifier.Name::new);
    List<String> sent = entry.body().systemTags();
    List<String> systemTags = sent == null ? List.of() : sent;
    IdempotencyKey key = tools.key(index, piece);
    Optional<There> earlier =
        earlier(
            index,
            BulkRegistering.Field.RUN,
            flowId,
            key,
            tools.proposals().runMade(flowId, entry.body()));
    if (earlier.isPresent()) {
      Run run = new Run(flowId, named, Future.succeededFuture(earlier.get()), systemTags);
      named.ifPresent(name -> objects.add(name, run));
      objects.refs().call(entry.ref(), run);
      return;
    }
    Optional<Run> known = named.flatMap(name -> objects.findRun(flowId, name));
    if (known.isPresent()) {
      objects.refs().call(entry.ref(), known.get());
      exists(index, BulkRegistering.Field.RUN, known.get().there());
      return;
    }
    BulkRegistering registering =
        named.isEmpty()
            ? new BulkRegistering(tools, index, BulkRegistering.Field.RUN, key)
            : new BulkRegistering(
                tools,
                index,
                BulkRegistering.Field.RUN,
                key,
                () -> tools.parents().requireRun(flowId, named.get()));
    Run run = new Run(flowId, named, registering.there(), systemTags);
    named.ifPresent(name -> objects.add(name, run));
    objects.refs().call(entry.ref(), run);
    tools.plan(
        Sequences.Name.RUNS,
        number ->
            BulkTools.whenThere(
                flow,
                found ->
                    registering.append(
                        tools.proposals().run(flowId, entry.body(), number, tools.stamp(key)),
                        number),
                registering::refuse),
        registering::refuse);
  }

  void step(int index, BulkEntry.Step entry, JsonPiece piece) {
    BulkObjects objects = tools.objects();
    Run run = objects.run(entry.place());
    String name = objects.stepName(entry.place());
    IdempotencyKey key = tools.key(index, piece);
    Optional<There> earlier =
        run.known()
            .flatMap(
                of ->
                    earlier(
                        index,
                        BulkRegistering.Field.NONE,
                        run.flowId(),
                        key,
                        tools.proposals().stepMade(of, name)));
    if (earlier.isPresent()) {
      run.steps().put(name, new Step(run, name, Future.succeededFuture(earlier.get())));
      return;
    }
    Optional<Step> known = objects.findStep(run, name);
    if (known.isPresent()) {
      exists(index, BulkRegistering.Field.NONE, known.get().there());
      return;
    }
    BulkRegistering step = new BulkRegistering(tools, index, BulkRegistering.Field.NONE, key);
    run.steps().put(name, new Step(run, name, step.there()));
    tools.plan(
        () ->
            BulkTools.whenThere(
                run.there(),
                found ->
                    step.append(
                        tools
                            .proposals()
                            .step(run.known(found), name, entry.body(), tools.stamp(key)),
                        0),
                step::refuse),
        step::refuse);
  }

  void task(int index, BulkEntry.Task entry, JsonPiece piece) {
    BulkObjects objects = tools.objects();
    objects.refs().checkFree(entry.ref());
    Step step = objects.step(entry.place());
    Optional<Identifier> named = entry.body().id().map(Identifier.Name::new);
    IdempotencyKey key = tools.key(index, piece);
    Optional<There> earlier =
        step.run()
            .known()
            .flatMap(
                of ->
                    earlier(
                        index,
                        BulkRegistering.Field.TASK,
                        of.flowId(),
                        key,
                        tools.proposals().taskMade(of, step.name(), entry.body())));
    if (earlier.isPresent()) {
      Task task = new Task(step, Future.succeededFuture(earlier.get()));
      named.ifPresent(name -> step.tasks().put(name, task));
      objects.refs().call(entry.ref(), task);
      return;
    }
    Optional<Task> known = named.flatMap(name -> objects.findTask(step, name));
    if (known.isPresent()) {
      objects.refs().call(entry.ref(), known.get());
      exists(index, BulkRegistering.Field.TASK, known.get().there());
      return;
    }
    BulkRegistering registering =
        named.isEmpty()
            ? new BulkRegistering(tools, index, BulkRegistering.Field.TASK, key)
            : new BulkRegistering(
                tools, index, BulkRegistering.Field.TASK, key, () -> winner(step, named.get()));
    Task task = new Task(step, registering.there());
    named.ifPresent(name -> step.tasks().put(name, task));
    objects.refs().call(entry.ref(), task);
    tools.plan(
        Sequences.Name.TASKS,
        id ->
            BulkTools.whenThere(
                step.there(),
                found ->
                    registering.append(
                        tools
                            .proposals()
                            .task(runOf(step), step.name(), entry.body(), id, tools.stamp(key)),
                        id),
                registering::refuse),
        registering::refuse);
  }

  /** The run of a step that is there. */
  private static Proposals.OfRun runOf(Step step) {
    return step.run().known(step.run().there().result());
  }

  private long winner(Step step, Identifier name) {
    Proposals.OfRun run = runOf(step);
    Path.OfTask path = new Path.OfTask(run.flowId(), run.run(), step.name(), name);
    return tools
        .parents()
        .task(path, run.number())
        .orElseThrow(() -> RefusedException.unknown(path + " is not registered"))
        .task();
  }

  /** What an earlier attempt of the request has registered, which is told again. */
  private <T> Optional<There> earlier(
      int index,
      BulkRegistering.Field field,
      String flowId,
      IdempotencyKey key,
      Proposal.ReadBack<T> readBack) {
    Optional<Proposal.Outcome<T>> earlier = tools.earlier(flowId, key, readBack);
    earlier.ifPresent(
        outcome ->
            BulkRegistering.tell(
                tools,
                index,
                tools.outcomes().created(),
                field,
                outcome.number(),
                Optional.of(outcome.position())));
    return earlier.map(outcome -> new There(outcome.number(), true));
  }

  /** The object is there already, or an earlier entry registers it. */
  private void exists(int index, BulkRegistering.Field field, Future<There> there) {
    tools.plan(
        () ->
            BulkTools.whenThere(
                there,
                found ->
                    BulkRegistering.tell(
                        tools, index, BulkResult.EXISTS, field, found.number(), Optional.empty()),
                cause -> tools.outcomes().reject(index, cause)),
        cause -> tools.outcomes().reject(index, cause));
  }
}
