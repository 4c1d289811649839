package io.flowledger.projector.readmodel;

import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.projector.row.MetadataRow;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskProgress;
import io.flowledger.projector.row.TaskRow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Listings of the objects of one partition, which are not cheap enough for an event loop. They are
 * newest first, start after a cursor where one is given, and go on until the visitor has had
 * enough; a visitor must not block, since closing the view waits for it.
 *
 * <p>Every method throws {@link ViewUnavailableException} when the view has been closed.
 */
public interface ListingView {

  /** The attempts that the artifacts of a task, step or run were made by, highest first. */
  List<Integer> attempts(ArtifactScope scope);

  /** Whether the task has an artifact of a higher attempt than this. */
  boolean hasLaterAttempt(long task, int attempt);

  void flows(Optional<Cursor.ByName> after, RowVisitor<FlowRow> visitor);

  void runs(String flowId, Optional<Cursor.ByNumber> after, RowVisitor<RunRow> visitor);

  void steps(long run, Optional<Cursor.ByName> after, RowVisitor<StepRow> visitor);

  void tasks(
      long run, String stepName, Optional<Cursor.ByNumber> after, RowVisitor<ListedTask> visitor);

  /** The tasks of a step with what is known of their attempts, newest first. */
  void trackedTasks(long run, String stepName, RowVisitor<TrackedTask> visitor);

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
      ArtifactScope scope,
      int attempt,
      Optional<Cursor.ByArtifact> after,
      RowVisitor<ArtifactRow> visitor);

  /**
   * Metadata of all tasks of a step: the tasks by number, ascending; of each the newest first. What
   * is visited is there until the visitor returns; its place may be asked for later.
   */
  void stepMetadata(
      long run, String stepName, Optional<MetadataPlace> after, RowVisitor<TaskMetadata> visitor);

  /** A metadata row and the task it is of. */
  record TaskMetadata(long task, MetadataRow row) {
    public MetadataPlace place() {
      return new MetadataPlace(task, new Cursor.ByNumber(row.tsEpoch(), row.id()));
    }
  }

  /** Place of a row in the listing of a step's metadata. */
  record MetadataPlace(long task, Cursor.ByNumber within) {}

  /**
   * A task with what is kept apart from it.
   *
   * @param heartbeat last one, epoch seconds
   */
  record ListedTask(TaskRow row, OptionalLong heartbeat) {}

  /**
   * A task and how far it is.
   *
   * @param heartbeat last one, epoch seconds; not looked up where the latest attempt has ended
   */
  record TrackedTask(TaskRow row, TaskProgress progress, OptionalLong heartbeat) {}
}
