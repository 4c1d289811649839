package io.flowledger.projector.audit;

import io.flowledger.projector.layout.KeyText;
import io.flowledger.projector.store.RocksTable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the rows of a view that are not what its log gives, with the events that wrote them. That
 * takes two replays, in which all rows are kept: one to compare them, and one to see who writes
 * those that differ.
 */
final class RowSearch {

  private static final int MOST_FINDINGS = 10;
  private static final String ALTERED =
      " of the view is not what the log gives: it has %d bytes instead of %d, and the first that"
          + " differs is byte %d";

  private final AuditedPartition partition;
  private final long applied;
  private final UnknownSchemas unknown;

  /**
   * @param applied offset of the last record in the view
   * @param unknown of the view
   */
  RowSearch(AuditedPartition partition, long applied, UnknownSchemas unknown) {
    this.partition = partition;
    this.applied = applied;
    this.unknown = unknown;
  }

  /** The first of them. */
  List<Finding> search(RocksTable view) {
    List<RowComparison.Difference> differences = differences(view);
    return differences.isEmpty() ? List.of() : withWriters(differences);
  }

  private List<RowComparison.Difference> differences(RocksTable view) {
    try (ScratchView replayed = partition.scratchView("rows", null, unknown)) {
      partition.expect(view);
      partition.read(applied, replayed::apply);
      replayed.finish();
      RowComparison comparison = partition.comparison(MOST_FINDINGS);
      comparison.compare(replayed, view, null);
      return comparison.differences();
    }
  }

  private List<Finding> withWriters(List<RowComparison.Difference> differences) {
    Set<ByteBuffer> keys =
        differences.stream()
            .map(difference -> ByteBuffer.wrap(difference.key()))
            .collect(Collectors.toSet());
    try (ScratchView replayed = partition.scratchView("writers", null, unknown)) {
      WriterNotes notes = new WriterNotes(replayed, keys);
      partition.read(
          applied,
          record -> {
            notes.at(record.offset());
            replayed.apply(record, notes);
          });
      return differences.stream()
          .map(difference -> finding(difference, notes.writerOf(difference.key())))
          .toList();
    }
  }

  private Finding finding(RowComparison.Difference difference, OptionalLong writer) {
    String what = KeyText.of(difference.key());
    byte[] expected = difference.expected();
    byte[] found = difference.found();
    if (expected == null) {
      what += " of the view is not from the log: no event has written it";
    } else if (found == null) {
      what += " is missing from the view";
    } else {
      what += ALTERED.formatted(found.length, expected.length, Arrays.mismatch(expected, found));
    }
    return writer.isPresent()
        ? partition.finding(writer.getAsLong(), what)
        : partition.finding(what);
  }
}
