package io.flowledger.projector;

import io.flowledger.projector.readmodel.ArtifactBatch;
import io.flowledger.projector.readmodel.ArtifactRow;
import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.Facet;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.IndexedEvent;
import io.flowledger.projector.readmodel.IndexedValue;
import io.flowledger.projector.readmodel.KeyedEvent;
import io.flowledger.projector.readmodel.LogHead;
import io.flowledger.projector.readmodel.MetadataBatch;
import io.flowledger.projector.readmodel.MetadataRow;
import io.flowledger.projector.readmodel.RowVisitor;
import io.flowledger.projector.readmodel.RunProgress;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskProgress;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.Utf8;
import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The view of one partition, read from the tables of its events and of its heartbeats. */
final class RocksView implements View {

  private static final long MILLIS = 1000;

  private final RocksTable events;
  private final Heartbeats heartbeats;

  RocksView(RocksTable events, RocksTable heartbeats) {
    this(events, Heartbeats.in(heartbeats));
  }

  private RocksView(RocksTable events, Heartbeats heartbeats) {
    this.events = events;
    this.heartbeats = heartbeats;
  }

  /**
   * Objects of this view as they were.
   *
   * @param past the state that they were in
   * @param epochMillis when that was
   */
  View past(RocksTable past, long epochMillis) {
    return new RocksView(past, heartbeats.at(epochMillis / MILLIS));
  }

  /** A row of the events as it is kept. */
  byte @Nullable [] row(byte[] key) {
    return events.get(key);
  }

  // ---- objects ---------------------------------------------------------------------------------

  @Override
  public Optional<FlowRow> flow(String flowId) {
    return Optional.ofNullable(events.get(Keys.flow(flowId))).map(FlowRow::new);
  }

  @Override
  public Optional<RunRow> run(String flowId, Identifier run) {
    OptionalLong number = number(run, name -> Keys.runByName(flowId, name));
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

  @Override
  public Optional<TaskRow> task(RunRow run, String stepName, Identifier task) {
    OptionalLong id = number(task, name -> Keys.taskByName(run.number(), stepName, name));
    return id.isEmpty()
        ? Optional.empty()
        : task(id.getAsLong())
            .filter(
                found -> found.runNumber() == run.number() && found.stepName().equals(stepName));
  }

  @Override
  public Optional<TaskRow> task(long task) {
    return Optional.ofNullable(events.get(Keys.task(task))).map(TaskRow::new);
  }

  @Override
  public AttemptArtifacts artifacts(long task, int attempt) {
    return new KnownArtifacts(events::get, task, attempt)::find;
  }

  private interface NameKey {
    byte[] of(String name);
  }

  private OptionalLong number(Identifier identifier, NameKey nameKey) {
    if (identifier instanceof Identifier.Number number) {
      return OptionalLong.of(number.value());
    }
    return NumberRow.in(events.get(nameKey.of(((Identifier.Name) identifier).value())));
  }

  // ---- progress --------------------------------------------------------------------------------

  @Override
  public RunProgress progress(long run) {
    byte[] row = events.get(Keys.progress(run));
    return row == null ? RunProgress.initial() : new RunProgress(row);
  }

  @Override
  public OptionalLong heartbeat(RunRow run, RunProgress progress) {
    return later(
        later(run.firstHeartbeat(), progress.taskHeartbeat()),
        heartbeats.of(Keys.runHeartbeat(run.number())));
  }

  @Override
  public OptionalLong heartbeat(TaskRow task) {
    return later(task.firstHeartbeat(), heartbeats.of(Keys.taskHeartbeat(task.id())));
  }

  @Override
  public OptionalLong beats(long run, OptionalLong task) {
    return heartbeats.of(
        task.isPresent() ? Keys.taskHeartbeat(task.getAsLong()) : Keys.runHeartbeat(run));
  }

  private static OptionalLong later(OptionalLong a, OptionalLong b) {
    return a.isEmpty() || (b.isPresent() && b.getAsLong() > a.getAsLong()) ? b : a;
  }

  // ---- listings --------------------------------------------------------------------------------

  @Override
  public void flows(Optional<Cursor.ByName> after, RowVisitor<FlowRow> visitor) {
    scan(
        Keys.flows(),
        after.map(Keys::flowInList).map(Keys::after),
        row -> visitor.visit(new FlowRow(row.value())));
  }

  @Override
  public void runs(String flowId, Optional<Cursor.ByNumber> after, RowVisitor<RunRow> visitor) {
    KeyBuilder prefix = Keys.runs(flowId);
    scan(
        prefix,
        after.map(place -> Keys.runInList(flowId, place)).map(Keys::after),
        row -> {
          Optional<RunRow> run = run(parts(row, prefix).place().number());
          return run.isEmpty() || visitor.visit(run.get());
        });
  }

  @Override
  public void steps(long run, Optional<Cursor.ByName> after, RowVisitor<StepRow> visitor) {
    scan(
        Keys.steps(run),
        after.map(place -> Keys.stepInList(run, place)).map(Keys::after),
        row -> visitor.visit(new StepRow(row.value())));
  }

  @Override
  public void tasks(
      long run, String stepName, Optional<Cursor.ByNumber> after, RowVisitor<ListedTask> visitor) {
    // Newest first, so the numbers of the tasks descend, and their heartbeats lie side by side.
    heartbeats.lendDescending(
        beats ->
            scan(
                Keys.tasks(run, stepName),
                after.map(place -> Keys.taskInList(run, stepName, place)).map(Keys::after),
                row -> {
                  TaskRow task = new TaskRow(row.value());
                  OptionalLong beat = beats.of(Keys.taskHeartbeat(task.id()));
                  return visitor.visit(new ListedTask(task, later(task.firstHeartbeat(), beat)));
                }));
  }

  @Override
  public void trackedTasks(long run, String stepName, RowVisitor<TrackedTask> visitor) {
    // The same holds for their progress, which makes this three scans side by side.
    heartbeats.lendDescending(
        beats ->
            events.lookUpDescending(
                progress ->
                    scan(
                        Keys.tasks(run, stepName),
                        Optional.empty(),
                        row -> visitor.visit(tracked(new TaskRow(row.value()), progress, beats)))));
  }

  private static TrackedTask tracked(
      TaskRow task, DescendingLookup progressRows, Heartbeats.Lookup beats) {
    byte[] row = progressRows.get(Keys.taskProgress(task.runNumber(), task.stepName(), task.id()));
    TaskProgress progress = row == null ? TaskProgress.initial() : new TaskProgress(row);
    OptionalLong beat =
        progress.end() == TaskProgress.End.NONE
            ? later(task.firstHeartbeat(), beats.of(Keys.taskHeartbeat(task.id())))
            : OptionalLong.empty();
    return new TrackedTask(task, progress, beat);
  }

  // A place in the listing of batches is found by looking for it: the batch that it is in, or else
  // the next one, has the least key from there on.

  @Override
  public void taskMetadata(
      TaskRow task, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor) {
    long run = task.runNumber();
    String step = task.stepName();
    scan(
        Keys.taskMetadata(run, step, task.id()),
        after.map(place -> Keys.metadata(run, step, task.id(), place)),
        row -> MetadataBatch.visit(row.value(), after, visitor));
  }

  @Override
  public void runMetadata(
      long run, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor) {
    scan(
        Keys.runMetadata(run),
        after.map(place -> Keys.metadataInRun(run, place)),
        row -> {
          byte[] batch = events.get(row.value());
          return batch == null || MetadataBatch.visit(batch, after, visitor);
        });
  }

  @Override
  public void runTaskMetadata(
      long run, Optional<Cursor.ByNumber> after, RowVisitor<TaskMetadata> visitor) {
    scan(
        Keys.runMetadata(run),
        after.map(place -> Keys.metadataInRun(run, place)),
        row -> {
          byte[] key = row.value();
          byte[] batch = events.get(key);
          long task = Keys.taskOfMetadata(key);
          return batch == null
              || MetadataBatch.visit(
                  batch, after, metadata -> visitor.visit(new TaskMetadata(task, metadata)));
        });
  }

  @Override
  public void stepMetadata(
      long run, String stepName, Optional<MetadataPlace> after, RowVisitor<TaskMetadata> visitor) {
    KeyBuilder prefix = Keys.stepMetadata(run, stepName);
    scan(
        prefix,
        after.map(place -> Keys.metadata(run, stepName, place.task(), place.within())),
        row -> {
          long task = parts(row, prefix).number();
          return MetadataBatch.visit(
              row.value(),
              after.filter(place -> place.task() == task).map(MetadataPlace::within),
              metadata -> visitor.visit(new TaskMetadata(task, metadata)));
        });
  }

  @Override
  public List<Integer> attempts(Scope scope) {
    List<Integer> attempts = new ArrayList<>();
    OptionalLong next = firstAttempt(scope, Optional.empty());
    while (next.isPresent()) {
      int attempt = (int) next.getAsLong();
      attempts.add(attempt);
      next =
          attempt == Integer.MIN_VALUE
              ? OptionalLong.empty()
              : firstAttempt(
                  scope, Optional.of(Keys.artifactsOfAttempt(scope, attempt - 1).bytes()));
    }
    return attempts;
  }

  @Override
  public boolean hasLaterAttempt(long task, int attempt) {
    OptionalLong highest = firstAttempt(new Scope.OfTask(task), Optional.empty());
    return highest.isPresent() && highest.getAsLong() > attempt;
  }

  private OptionalLong firstAttempt(Scope scope, Optional<byte[]> from) {
    KeyBuilder prefix = Keys.artifacts(scope);
    long[] found = {Long.MIN_VALUE};
    scan(
        prefix,
        from,
        row -> {
          found[0] = parts(row, prefix).attempt();
          return false;
        });
    return found[0] == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(found[0]);
  }

  @Override
  public void artifacts(
      Scope scope,
      int attempt,
      Optional<Cursor.ByArtifact> after,
      RowVisitor<ArtifactRow> visitor) {
    KeyBuilder prefix = Keys.artifactsOfAttempt(scope, attempt);
    if (scope instanceof Scope.OfTask ofTask) {
      scan(
          prefix,
          after.map(place -> Keys.artifacts(ofTask.task(), attempt, place.tsEpoch())),
          row -> new ArtifactBatch(row.value()).visit(after, visitor));
      return;
    }
    scan(
        prefix,
        after.map(place -> Keys.artifactsInList(scope, attempt, place.tsEpoch(), place.taskId())),
        row -> {
          KeyParts parts = parts(row, prefix);
          long tsEpoch = parts.descending();
          byte[] batch = events.get(Keys.artifacts(parts.descending(), attempt, tsEpoch));
          return batch == null || new ArtifactBatch(batch).visit(after, visitor);
        });
  }

  // ---- history ---------------------------------------------------------------------------------

  @Override
  public void flowEvents(String flowId, long from, RowVisitor<IndexedEvent> visitor) {
    history(Keys.flowEvents(flowId), from, visitor);
  }

  @Override
  public void runEvents(long run, long from, RowVisitor<IndexedEvent> visitor) {
    history(Keys.runEvents(run), from, visitor);
  }

  private void history(KeyBuilder prefix, long from, RowVisitor<IndexedEvent> visitor) {
    byte[] start = prefix.bytes();
    int length = prefix.length();
    events.scan(
        start,
        prefix.number(IndexedEvent.block(from)).bytes(),
        row ->
            IndexedEvent.visit(
                new KeyParts(row.key(), length).number(),
                row.value(),
                event -> event.offset() < from || visitor.visit(event)));
  }

  @Override
  public Optional<KeyedEvent> keyed(String flowId, String key) {
    return Optional.ofNullable(events.get(Keys.keyed(flowId, key))).map(KeyedEvent::fromRow);
  }

  @Override
  public Verdict verdict(long offset) {
    byte[] row = events.get(Keys.verdict(offset));
    return row == null ? Verdict.APPLIED : Verdict.fromRow(row);
  }

  @Override
  public LogHead head() {
    return StoreIdentity.headIn(events);
  }

  @Override
  public void runsWith(Facet facet, String value, long atMost, RowVisitor<Long> visitor) {
    KeyBuilder prefix = Keys.values(facet).value(Utf8.of(value));
    int length = prefix.length();
    byte[] first = prefix.descending(atMost).bytes();
    scan(
        prefix.backTo(length),
        Optional.of(first),
        row -> visitor.visit(parts(row, prefix).descending()));
  }

  @Override
  public void indexedValues(
      Facet facet, Optional<IndexedValue> after, RowVisitor<IndexedValue> visitor) {
    KeyBuilder prefix = Keys.values(facet);
    scan(
        prefix,
        after.map(last -> Keys.indexed(facet, last)).map(Keys::after),
        row -> visitor.visit(parts(row, prefix).indexedValue()));
  }

  private void scan(KeyBuilder prefix, Optional<byte[]> from, RowVisitor<RocksTable.Row> visitor) {
    byte[] bytes = prefix.bytes();
    events.scan(bytes, from.orElse(bytes), visitor);
  }

  private static KeyParts parts(RocksTable.Row row, KeyBuilder prefix) {
    return new KeyParts(row.key(), prefix.length());
  }
}
