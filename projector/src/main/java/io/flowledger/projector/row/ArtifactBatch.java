package io.flowledger.projector.row;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.projector.text.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The artifacts that one attempt of a task recorded at one time (to the millisecond), by name in
 * descending order, as the view keeps them: one row for many, since an attempt usually records all
 * of its artifacts at once.
 */
public final class ArtifactBatch {

  private static final int HEAD_BYTES = 128;
  private static final int TYPICAL_ENTRY_BYTES = 224;

  private static final Comparator<ArtifactEntry> BY_NAME_DESCENDING =
      Comparator.comparing(ArtifactEntry::getName, Names.BY_CODE_POINT).reversed();

  private final byte[] bytes;

  public ArtifactBatch(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param entries of one attempt, each of another name
   * @param before what the attempt has recorded at this time already, of other names still
   */
  public static ArtifactBatch of(
      ArtifactsRecorded event,
      Collection<ArtifactEntry> entries,
      TaskRow task,
      @Nullable ArtifactBatch before) {
    List<ArtifactEntry> sorted = new ArrayList<>(entries);
    sorted.sort(BY_NAME_DESCENDING);
    RowWriter row =
        new RowWriter(
            HEAD_BYTES
                + TYPICAL_ENTRY_BYTES * sorted.size()
                + (before == null ? 0 : before.bytes.length));
    row.number(event.getTsEpoch())
        .number(event.getTaskId())
        .number(sorted.get(0).getAttemptId())
        .text(task.path());
    EventKey creator = EventKey.of(event.getEventId());
    int next = 0;
    for (ArtifactRow old : before == null ? List.<ArtifactRow>of() : before.all()) {
      while (next < sorted.size()
          && Names.BY_CODE_POINT.compare(sorted.get(next).getName(), old.name()) > 0) {
        write(creator, sorted.get(next++), row);
      }
      old.writeTo(row);
    }
    while (next < sorted.size()) {
      write(creator, sorted.get(next++), row);
    }
    return new ArtifactBatch(row.toBytes());
  }

  private static void write(EventKey creator, ArtifactEntry entry, RowWriter row) {
    int start = row.startBlock();
    row.number(creator.high())
        .number(creator.low())
        .text(entry.getName())
        .text(entry.getLocation())
        .text(entry.getDsType())
        .text(entry.getSha())
        .text(entry.getType())
        .text(entry.getContentType())
        .text(entry.getUserName());
    row.endBlock(start);
  }

  public byte[] bytes() {
    return bytes;
  }

  public List<ArtifactRow> all() {
    List<ArtifactRow> all = new ArrayList<>();
    visit(Optional.empty(), all::add);
    return all;
  }

  /**
   * Visits what is in it.
   *
   * @param after visits only what comes after this place
   * @return whether the visitor wants to go on
   */
  public boolean visit(Optional<Cursor.ByArtifact> after, RowVisitor<ArtifactRow> visitor) {
    RowReader row = new RowReader(bytes);
    var head = new ArtifactRow.Head(row.number(), row.number(), (int) row.number(), row.text());
    boolean goOn = true;
    while (goOn && row.hasMore()) {
      ArtifactRow artifact = new ArtifactRow(head, row.block());
      if (after.isEmpty() || isAfter(artifact, after.get())) {
        goOn = visitor.visit(artifact);
      }
    }
    return goOn;
  }

  private static boolean isAfter(ArtifactRow row, Cursor.ByArtifact place) {
    if (row.tsEpoch() != place.tsEpoch()) {
      return row.tsEpoch() < place.tsEpoch();
    }
    if (row.taskId() != place.taskId()) {
      return row.taskId() < place.taskId();
    }
    return Names.BY_CODE_POINT.compare(row.name(), place.name()) < 0;
  }
}
