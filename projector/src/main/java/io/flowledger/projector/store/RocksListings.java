package io.flowledger.projector.store;

import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.layout.KeyParts;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.readmodel.ListingView;
import io.flowledger.projector.readmodel.ObjectView;
import io.flowledger.projector.row.ArtifactBatch;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.projector.row.MetadataBatch;
import io.flowledger.projector.row.MetadataRow;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskProgress;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.text.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Listings scanned from the tables of the events and of the heartbeats of one partition. */
final class RocksListings implements ListingView {

  private final RocksTable events;
  private final HeartbeatLookup heartbeats;
  private final ObjectView objects;

  RocksListings(RocksTable events, HeartbeatLookup heartbeats, ObjectView objects) {
    this.events = events;
    this.heartbeats = heartbeats;
    this.objects = objects;
  }

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
          Optional<RunRow> run = objects.run(parts(row, prefix).place().number());
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
                  return visitor.visit(
                      new ListedTask(task, HeartbeatLookup.later(task.firstHeartbeat(), beat)));
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
      TaskRow task, DescendingLookup progressRows, HeartbeatLookup.Descending beats) {
    byte[] row = progressRows.get(Keys.taskProgress(task.runNumber(), task.stepName(), task.id()));
    TaskProgress progress = row == null ? TaskProgress.initial() : new TaskProgress(row);
    OptionalLong beat =
        progress.end() == TaskProgress.End.NONE
            ? HeartbeatLookup.later(task.firstHeartbeat(), beats.of(Keys.taskHeartbeat(task.id())))
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
              row.lendValue(),
              after.filter(place -> place.task() == task).map(MetadataPlace::within),
              metadata -> visitor.visit(new TaskMetadata(task, metadata)));
        });
  }

  @Override
  public List<Integer> attempts(ArtifactScope scope) {
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
    OptionalLong highest = firstAttempt(new ArtifactScope.OfTask(task), Optional.empty());
    return highest.isPresent() && highest.getAsLong() > attempt;
  }

  private OptionalLong firstAttempt(ArtifactScope scope, Optional<byte[]> from) {
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
      ArtifactScope scope,
      int attempt,
      Optional<Cursor.ByArtifact> after,
      RowVisitor<ArtifactRow> visitor) {
    KeyBuilder prefix = Keys.artifactsOfAttempt(scope, attempt);
    if (scope instanceof ArtifactScope.OfTask ofTask) {
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

  private void scan(KeyBuilder prefix, Optional<byte[]> from, RowVisitor<TableRow> visitor) {
    byte[] bytes = prefix.bytes();
    events.scan(bytes, from.orElse(bytes), visitor);
  }

  private static KeyParts parts(TableRow row, KeyBuilder prefix) {
    return new KeyParts(row.key(), prefix.length());
  }
}
