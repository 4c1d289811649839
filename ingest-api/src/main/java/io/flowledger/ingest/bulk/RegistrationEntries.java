package io.flowledger.ingest.bulk;

import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.bulk.NamedObject.Run;
import io.flowledger.ingest.bulk.NamedObject.Step;
import io.flowledger.ingest.bulk.NamedObject.Task;
import io.flowledger.ingest.bulk.NamedObject.There;
import io.flowledger.ingest.bulk.PendingRegistration.Field;
import io.flowledger.ingest.bulk.entry.BulkEntry;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Proposal;
import io.flowledger.ingest.write.Proposal.Draft;
import io.flowledger.ingest.write.RegisteredRun;
import io.flowledger.ingest.write.RegistrationProposals;
import io.flowledger.ingest.write.TaskPath;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.schemas.Identifier;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Entries of a bulk request that register flows, runs, steps and tasks. What refers to one of them
 * is appended when it is in the log: that decides of all but named runs and tasks, and what has an
 * idempotency key, whose one winner is read back.
 */
final class RegistrationEntries {

  private final BulkContext context;

  RegistrationEntries(BulkContext context) {
    this.context = context;
  }

  void flow(int index, BulkEntry.Flow entry, JsonPiece piece) {
    new FlowEntry(index, entry, piece).register();
  }

  void run(int index, BulkEntry.Run entry, JsonPiece piece) {
    new RunEntry(index, entry, piece).register();
  }

  void step(int index, BulkEntry.Step entry, JsonPiece piece) {
    new StepEntry(index, entry, piece).register();
  }

  void task(int index, BulkEntry.Task entry, JsonPiece piece) {
    new TaskEntry(index, entry, piece).register();
  }

  // ---- what all of them do ---------------------------------------------------------------------

  /**
   * An entry that registers an object.
   *
   * @param <T> what is read back of it
   */
  private abstract class Entry<T> {

    private final int index;
    private final Field field;
    private final IdempotencyKey key;

    Entry(int index, Field field, JsonPiece piece) {
      this.index = index;
      this.field = field;
      this.key = context.key(index, piece);
    }

    /** What has to be there before. */
    abstract Future<There> parent();

    /** The draft of its event; empty as long as it is not known that the parent is there. */
    abstract Optional<Draft<T>> draft(IdempotencyKey key);

    /** The object of that name, if it is there or an earlier entry registers it. */
    abstract Optional<Future<There>> known();

    /** Lets later entries find the object. */
    abstract void add(Future<There> there);

    /** Finds the number of the object that has the name; empty where it has none. */
    abstract Optional<LongSupplier> winner();

    void register() {
      Optional<Proposal.Outcome<T>> earlier =
          key.isPresent() ? draft(key).flatMap(context::earlier) : Optional.empty();
      if (earlier.isPresent()) {
        toldAgain(earlier.get());
        return;
      }
      Optional<Future<There>> known = known();
      if (known.isPresent()) {
        exists(known.get());
        return;
      }
      PendingRegistration object = new PendingRegistration(context, index, field, key, winner());
      add(object.there());
      context.plan(
          field.sequence(),
          numbers ->
              BulkContext.whenThere(
                  parent(),
                  found -> object.append(draft(key).orElseThrow(), numbers),
                  object::refuse),
          object::refuse);
    }

    /** An earlier sending of the request has registered it. */
    private void toldAgain(Proposal.Outcome<T> earlier) {
      PendingRegistration.tell(
          context,
          index,
          context.outcomes().created(),
          field,
          earlier.number(),
          Optional.of(earlier.position()));
      add(Future.succeededFuture(new There(earlier.number(), true)));
    }

    private void exists(Future<There> there) {
      context.plan(
          () ->
              BulkContext.whenThere(
                  there,
                  found ->
                      PendingRegistration.tell(
                          context,
                          index,
                          BulkResult.EXISTS,
                          field,
                          found.number(),
                          Optional.empty()),
                  this::reject),
          this::reject);
    }

    private void reject(Throwable cause) {
      context.outcomes().reject(index, cause);
    }
  }

  // ---- each of them ----------------------------------------------------------------------------

  private final class FlowEntry extends Entry<FlowRow> {
    private final BulkEntry.Flow entry;
    private final String flowId;

    FlowEntry(int index, BulkEntry.Flow entry, JsonPiece piece) {
      super(index, Field.NONE, piece);
      this.entry = entry;
      this.flowId = context.objects().flowId(entry.place());
    }

    @Override
    Future<There> parent() {
      return Future.succeededFuture(There.BEFORE);
    }

    @Override
    Optional<Draft<FlowRow>> draft(IdempotencyKey key) {
      return Optional.of(context.proposals().flow(flowId, entry.body(), key));
    }

    @Override
    Optional<Future<There>> known() {
      return context.objects().findFlow(flowId);
    }

    @Override
    void add(Future<There> there) {
      context.objects().add(flowId, there);
    }

    @Override
    Optional<LongSupplier> winner() {
      return Optional.empty();
    }
  }

  private final class RunEntry extends Entry<RunRow> {
    private final NamedObjects objects = context.objects();
    private final BulkEntry.Run entry;
    private final String flowId;
    private final Future<There> flow;
    private final Optional<Identifier> named;

    RunEntry(int index, BulkEntry.Run entry, JsonPiece piece) {
      super(index, Field.RUN, piece);
      this.entry = entry;
      this.flowId = objects.flowId(entry.place());
      objects.refs().checkFree(entry.ref());
      this.flow = objects.flow(flowId);
      this.named = entry.body().id().map(Identifier.Name::new);
    }

    @Override
    Future<There> parent() {
      return flow;
    }

    @Override
    Optional<Draft<RunRow>> draft(IdempotencyKey key) {
      return Optional.of(context.proposals().run(flowId, entry.body(), key));
    }

    @Override
    Optional<Future<There>> known() {
      Optional<Run> known = named.flatMap(name -> objects.findRun(flowId, name));
      known.ifPresent(run -> objects.refs().call(entry.ref(), run));
      return known.map(Run::there);
    }

    @Override
    void add(Future<There> there) {
      List<String> systemTags = entry.body().systemTags();
      Run run = new Run(flowId, named, there, systemTags == null ? List.of() : systemTags);
      named.ifPresent(name -> objects.add(name, run));
      objects.refs().call(entry.ref(), run);
    }

    @Override
    Optional<LongSupplier> winner() {
      return named.map(name -> () -> context.parents().requireRun(flowId, name).number());
    }
  }

  private final class StepEntry extends Entry<RegistrationProposals.StepFound> {
    private final BulkEntry.Step entry;
    private final Run run;
    private final String name;

    StepEntry(int index, BulkEntry.Step entry, JsonPiece piece) {
      super(index, Field.NONE, piece);
      this.entry = entry;
      this.run = context.objects().run(entry.place());
      this.name = context.objects().stepName(entry.place());
    }

    @Override
    Future<There> parent() {
      return run.there();
    }

    @Override
    Optional<Draft<RegistrationProposals.StepFound>> draft(IdempotencyKey key) {
      return run.known().map(of -> context.proposals().step(of, name, entry.body(), key));
    }

    @Override
    Optional<Future<There>> known() {
      return context.objects().findStep(run, name).map(Step::there);
    }

    @Override
    void add(Future<There> there) {
      run.steps().put(name, new Step(run, name, there));
    }

    @Override
    Optional<LongSupplier> winner() {
      return Optional.empty();
    }
  }

  private final class TaskEntry extends Entry<RegistrationProposals.TaskFound> {
    private final NamedObjects objects = context.objects();
    private final BulkEntry.Task entry;
    private final Step step;
    private final Optional<Identifier> named;

    TaskEntry(int index, BulkEntry.Task entry, JsonPiece piece) {
      super(index, Field.TASK, piece);
      this.entry = entry;
      objects.refs().checkFree(entry.ref());
      this.step = objects.step(entry.place());
      this.named = entry.body().id().map(Identifier.Name::new);
    }

    @Override
    Future<There> parent() {
      return step.there();
    }

    @Override
    Optional<Draft<RegistrationProposals.TaskFound>> draft(IdempotencyKey key) {
      return step.run()
          .known()
          .map(run -> context.proposals().task(run, step.name(), entry.body(), key));
    }

    @Override
    Optional<Future<There>> known() {
      Optional<Task> known = named.flatMap(name -> objects.findTask(step, name));
      known.ifPresent(task -> objects.refs().call(entry.ref(), task));
      return known.map(Task::there);
    }

    @Override
    void add(Future<There> there) {
      Task task = new Task(step, there);
      named.ifPresent(name -> step.tasks().put(name, task));
      objects.refs().call(entry.ref(), task);
    }

    @Override
    Optional<LongSupplier> winner() {
      return named.map(name -> () -> winner(name));
    }

    private long winner(Identifier name) {
      RegisteredRun run = step.run().known().orElseThrow();
      TaskPath path = new TaskPath(run.flowId(), run.run(), step.name(), name);
      return context.parents().requireTask(path, run.number()).task();
    }
  }
}
