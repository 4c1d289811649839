package io.flowledger.projector.readmodel;

import io.flowledger.schemas.Identifier;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The view of one partition. Point reads are cheap enough for an event loop; listings are not.
 * Listings are newest first, start after a cursor where one is given, and go on until the visitor
 * has had enough; a visitor must not block, since closing the view waits for it.
 *
 * <p>Every method throws {@link ViewUnavailableException} when the view has been closed.
 */
public interface View {

  /** As it was called before. */
  @FunctionalInterface
  interface Visitor<T> extends RowVisitor<T> {}

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

  /** The attempts that the artifacts of a task, step or run were made by, highest first. */
  List<Integer> attempts(Scope scope);

  /** Whether the task has an artifact of a higher attempt than this. */
  boolean hasLaterAttempt(long task, int attempt);

  void flows(Optional<Cursor.ByName> after, RowVisitor<FlowRow> visitor);

  void runs(String flowId, Optional<Cursor.ByNumber> after, RowVisitor<RunRow> visitor);

  void steps(long run, Optional<Cursor.ByName> after, RowVisitor<StepRow> visitor);

  void tasks(
      long run, String stepName, Optional<Cursor.ByNumber> after, RowVisitor<ListedTask> visitor);

  /**
   * A task with what is kept apart from it.
   *
   * @param heartbeat last one, epoch seconds
   */
  record ListedTask(TaskRow row, OptionalLong heartbeat) {}

  /** The tasks of a step with what is known of their attempts, newest first. */
  void trackedTasks(long run, String stepName, RowVisitor<TrackedTask> visitor);

  /**
   * A task and how far it is.
   *
   * @param heartbeat last one, epoch seconds; not looked up where the latest attempt has ended
   */
  record TrackedTask(TaskRow row, TaskProgress progress, OptionalLong heartbeat) {}

  void taskMetadata(TaskRow task, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor);

  void runMetadata(long run, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor);

  /** Metadata of all tasks of a run, in the order of {@link #runMetadata}. */
  void runTaskMetadata(long run, Optional<Cursor.ByNumber> after, RowVisitor<TaskMetadata> visitor);

  /**
   * Numbers of the runs that may have a value, descending. They have, or had, this one or one that
   * the index cannot tell from it; every run that has it is among them.
   *
   * @param atMost the highest number of interest
   */
  void runsWith(Facet facet, String value, long atMost, RowVisitor<Long> visitor);

  /** All values that are in the index, each with every run that has it, the newest run first. */
  void indexedValues(Facet facet, Optional<IndexedValue> after, RowVisitor<IndexedValue> visitor);

  /** Artifacts made by one attempt, by ts_epoch, task and name, all descending. */
  void artifacts(
      Scope scope, int attempt, Optional<Cursor.ByArtifact> after, RowVisitor<ArtifactRow> visitor);

  /** Metadata of all tasks of a step: the tasks by number, ascending; of each the newest first. */
  void stepMetadata(
      long run, String stepName, Optional<MetadataPlace> after, RowVisitor<TaskMetadata> visitor);

  /**
   * The index of the events of a flow, of all its runs too, in the order of the log.
   *
   * @param from least offset to visit
   */
  void flowEvents(String flowId, long from, RowVisitor<IndexedEvent> visitor);

  /** The same of one run. */
  void runEvents(long run, long from, RowVisitor<IndexedEvent> visitor);

  /** The first event of a flow with an idempotency key that was carried out. */
  Optional<KeyedEvent> keyed(String flowId, String key);

  /** What the projection made of the event at an offset that has been applied. */
  Verdict verdict(long offset);

  /** How far the log has been applied, with the hash of all that has. */
  LogHead head();

  /** A metadata row and the task it is of. */
  record TaskMetadata(long task, MetadataRow row) {
    public MetadataPlace place() {
      return new MetadataPlace(task, new Cursor.ByNumber(row.tsEpoch(), row.id()));
    }
  }

  /** Place of a row in the listing of a step's metadata. */
  record MetadataPlace(long task, Cursor.ByNumber within) {}
}
