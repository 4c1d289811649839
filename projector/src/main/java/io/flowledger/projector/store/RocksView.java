package io.flowledger.projector.store;

import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.readmodel.HistoryView;
import io.flowledger.projector.readmodel.ListingView;
import io.flowledger.projector.readmodel.ObjectView;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.projector.row.KeyedEvent;
import io.flowledger.projector.row.MetadataRow;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Identifier;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The view of one partition, read from the tables of its events and of its heartbeats: objects by
 * their keys, listings and the history by scans.
 */
public final class RocksView implements View {

  private static final long MILLIS = 1000;

  private final RocksTable events;
  private final HeartbeatLookup heartbeats;
  private final ObjectView objects;
  private final ListingView listings;
  private final HistoryView history;

  public RocksView(RocksTable events, RocksTable heartbeats) {
    this(events, HeartbeatLookup.in(heartbeats));
  }

  private RocksView(RocksTable events, HeartbeatLookup heartbeats) {
    this.events = events;
    this.heartbeats = heartbeats;
    this.objects = new RocksObjects(events, heartbeats);
    this.listings = new RocksListings(events, heartbeats, objects);
    this.history = new RocksHistory(events);
  }

  /**
   * Objects of this view as they were.
   *
   * @param past the state that they were in
   * @param epochMillis when that was
   */
  public View past(RocksTable past, long epochMillis) {
    return new RocksView(past, heartbeats.at(epochMillis / MILLIS));
  }

  /** A row of the events as it is kept. */
  public byte @Nullable [] row(byte[] key) {
    return events.get(key);
  }

  // ---- objects ----------------------------------------------------------------------------------

  @Override
  public Optional<FlowRow> flow(String flowId) {
    return objects.flow(flowId);
  }

  @Override
  public Optional<RunRow> run(String flowId, Identifier run) {
    return objects.run(flowId, run);
  }

  @Override
  public Optional<RunRow> run(long number) {
    return objects.run(number);
  }

  @Override
  public Optional<StepRow> step(RunRow run, String stepName) {
    return objects.step(run, stepName);
  }

  @Override
  public Optional<TaskRow> task(RunRow run, String stepName, Identifier task) {
    return objects.task(run, stepName, task);
  }

  @Override
  public Optional<TaskRow> task(long task) {
    return objects.task(task);
  }

  @Override
  public AttemptArtifacts artifacts(long task, int attempt) {
    return objects.artifacts(task, attempt);
  }

  @Override
  public RunProgress progress(long run) {
    return objects.progress(run);
  }

  @Override
  public OptionalLong heartbeat(RunRow run, RunProgress progress) {
    return objects.heartbeat(run, progress);
  }

  @Override
  public OptionalLong heartbeat(TaskRow task) {
    return objects.heartbeat(task);
  }

  @Override
  public OptionalLong beats(long run, OptionalLong task) {
    return objects.beats(run, task);
  }

  // ---- listings ---------------------------------------------------------------------------------

  @Override
  public List<Integer> attempts(ArtifactScope scope) {
    return listings.attempts(scope);
  }

  @Override
  public boolean hasLaterAttempt(long task, int attempt) {
    return listings.hasLaterAttempt(task, attempt);
  }

  @Override
  public void flows(Optional<Cursor.ByName> after, RowVisitor<FlowRow> visitor) {
    listings.flows(after, visitor);
  }

  @Override
  public void runs(String flowId, Optional<Cursor.ByNumber> after, RowVisitor<RunRow> visitor) {
    listings.runs(flowId, after, visitor);
  }

  @Override
  public void steps(long run, Optional<Cursor.ByName> after, RowVisitor<StepRow> visitor) {
    listings.steps(run, after, visitor);
  }

  @Override
  public void tasks(
      long run, String stepName, Optional<Cursor.ByNumber> after, RowVisitor<ListedTask> visitor) {
    listings.tasks(run, stepName, after, visitor);
  }

  @Override
  public void trackedTasks(long run, String stepName, RowVisitor<TrackedTask> visitor) {
    listings.trackedTasks(run, stepName, visitor);
  }

  @Override
  public void taskMetadata(
      TaskRow task, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor) {
    listings.taskMetadata(task, after, visitor);
  }

  @Override
  public void runMetadata(
      long run, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor) {
    listings.runMetadata(run, after, visitor);
  }

  @Override
  public void runTaskMetadata(
      long run, Optional<Cursor.ByNumber> after, RowVisitor<TaskMetadata> visitor) {
    listings.runTaskMetadata(run, after, visitor);
  }

  @Override
  public void runsWith(Facet facet, String value, long atMost, RowVisitor<Long> visitor) {
    listings.runsWith(facet, value, atMost, visitor);
  }

  @Override
  public void indexedValues(
      Facet facet, Optional<IndexedValue> after, RowVisitor<IndexedValue> visitor) {
    listings.indexedValues(facet, after, visitor);
  }

  @Override
  public void artifacts(
      ArtifactScope scope,
      int attempt,
      Optional<Cursor.ByArtifact> after,
      RowVisitor<ArtifactRow> visitor) {
    listings.artifacts(scope, attempt, after, visitor);
  }

  @Override
  public void stepMetadata(
      long run, String stepName, Optional<MetadataPlace> after, RowVisitor<TaskMetadata> visitor) {
    listings.stepMetadata(run, stepName, after, visitor);
  }

  // ---- history ----------------------------------------------------------------------------------

  @Override
  public void flowEvents(String flowId, long from, RowVisitor<IndexedEvent> visitor) {
    history.flowEvents(flowId, from, visitor);
  }

  @Override
  public void runEvents(long run, long from, RowVisitor<IndexedEvent> visitor) {
    history.runEvents(run, from, visitor);
  }

  @Override
  public Optional<KeyedEvent> keyed(String flowId, String key) {
    return history.keyed(flowId, key);
  }

  @Override
  public Verdict verdict(long offset) {
    return history.verdict(offset);
  }

  @Override
  public LogHead head() {
    return history.head();
  }
}
