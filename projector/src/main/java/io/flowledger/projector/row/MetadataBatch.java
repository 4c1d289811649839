package io.flowledger.projector.row;

import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.projector.text.Utf8;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Metadata that one request recorded, as the view keeps it: one row for many, since clients record
 * several at a time. The numbers of a batch follow one another without a gap, so batches of the
 * same millisecond never overlap, and reading them one after another gives all metadata in order.
 */
public final class MetadataBatch {

  /** A page of a listing reads the batch that it starts in whole. */
  private static final int MAX_ENTRIES = 64;

  private static final int MAX_BYTES = 64 << 10;
  private static final int HEAD_BYTES = 96;
  private static final int TYPICAL_ENTRY_BYTES = 160;

  private final long lowestId;
  private final byte[] bytes;

  private MetadataBatch(long lowestId, byte[] bytes) {
    this.lowestId = lowestId;
    this.bytes = bytes;
  }

  /** The batches of an event; of entries with the same number only the last one counts. */
  public static List<MetadataBatch> of(MetadataRecorded event, TaskRow task) {
    List<MetadataEntry> entries = ascending(event.getEntries());
    List<MetadataBatch> batches = new ArrayList<>(1);
    int end = entries.size();
    while (end > 0) {
      RowWriter row = new RowWriter(HEAD_BYTES + TYPICAL_ENTRY_BYTES * Math.min(end, MAX_ENTRIES));
      row.number(event.getTsEpoch()).text(task.path());
      int start = end;
      do {
        start--;
        write(entries.get(start), row);
      } while (start > 0
          && entries.get(start - 1).getId() + 1 == entries.get(start).getId()
          && end - start < MAX_ENTRIES
          && row.length() < MAX_BYTES);
      batches.add(new MetadataBatch(entries.get(start).getId(), row.toBytes()));
      end = start;
    }
    return batches;
  }

  private static List<MetadataEntry> ascending(List<MetadataEntry> entries) {
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i - 1).getId() >= entries.get(i).getId()) {
        TreeMap<Long, MetadataEntry> sorted = new TreeMap<>();
        entries.forEach(entry -> sorted.put(entry.getId(), entry));
        return List.copyOf(sorted.values());
      }
    }
    return entries;
  }

  private static void write(MetadataEntry entry, RowWriter row) {
    int start = row.startBlock();
    row.number(entry.getId())
        .text(entry.getFieldName())
        .text(entry.getValue())
        .text(entry.getType())
        .text(entry.getUserName())
        .texts(entry.getTags())
        .texts(entry.getSystemTags());
    row.endBlock(start);
  }

  /** The lowest number in it. */
  public long lowestId() {
    return lowestId;
  }

  public byte[] bytes() {
    return bytes;
  }

  /** Gets the field and the value of an entry. */
  @FunctionalInterface
  public interface FieldVisitor {
    void visit(Utf8 name, Utf8 value);
  }

  /** Visits the fields of all entries. */
  public void visitFields(FieldVisitor visitor) {
    RowReader row = new RowReader(bytes);
    row.number(); // ts_epoch
    row.skipText(); // path of the task
    while (row.hasMore()) {
      RowReader entry = row.block();
      entry.number(); // id
      visitor.visit(entry.utf8(), entry.utf8());
    }
  }

  /**
   * Visits what is in a batch, the highest number first.
   *
   * @param after visits only what comes after this place
   * @return whether the visitor wants to go on
   */
  public static boolean visit(
      byte[] bytes, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor) {
    return visit(ByteBuffer.wrap(bytes), after, visitor);
  }

  /**
   * The same.
   *
   * @param batch backed by an array; what is visited reads it there
   */
  public static boolean visit(
      ByteBuffer batch, Optional<Cursor.ByNumber> after, RowVisitor<MetadataRow> visitor) {
    RowReader row = new RowReader(batch);
    long tsEpoch = row.number();
    String path = row.text();
    Optional<Cursor.ByNumber> within = after.filter(place -> place.tsEpoch() == tsEpoch);
    boolean goOn = true;
    while (goOn && row.hasMore()) {
      RowReader entry = row.block();
      long id = entry.number();
      if (within.isEmpty() || id < within.get().number()) {
        goOn = visitor.visit(new MetadataRow(tsEpoch, id, path, entry));
      }
    }
    return goOn;
  }
}
