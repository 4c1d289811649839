package io.flowledger.projector.audit;

import io.flowledger.projector.layout.RowKind;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.TableWalk;
import io.flowledger.projector.store.ViewTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares two views row by row, byte for byte. The known bookkeeping is left out: of it, the chain
 * is compared otherwise, and the rest is of one machine only.
 */
final class RowComparison {

  private static final byte[] FIRST = {};
  private static final int REPORT_EVERY = 1024;

  /** How two rows of a key differ. */
  record Difference(byte[] key, byte @Nullable [] expected, byte @Nullable [] found) {}

  private final int most;
  private final LongConsumer progress;
  private final List<Difference> differences = new ArrayList<>();
  private long rows;

  /**
   * @param most differences to look for
   * @param progress is told how many rows more have been compared; may throw to end it
   */
  RowComparison(int most, LongConsumer progress) {
    this.most = most;
    this.progress = progress;
  }

  /** The differences; there may be more, when these are as many as were looked for. */
  List<Difference> differences() {
    return differences;
  }

  /** How many rows the view has that is not the scratch view. */
  long rows() {
    return rows;
  }

  /**
   * Finds the differences in rows that are kept.
   *
   * @param found digest of the rows of the other view that the scratch view does not keep; null
   *     where it keeps all
   */
  void compare(ScratchView replayed, RocksTable view, @Nullable RowDigest found) {
    replayed
        .table()
        .walk(FIRST, expected -> view.walk(FIRST, other -> compare(expected, other, found)));
  }

  private void compare(TableWalk expected, TableWalk view, @Nullable RowDigest found) {
    byte[] expectedKey = key(expected);
    while (differences.size() < most && (expectedKey != null || view.atRow())) {
      byte[] key = key(view);
      if (key != null && ViewTable.isBookkeeping(key)) {
        view.next();
        continue;
      }
      if (found != null && key != null && RowKind.isWriteOnly(key)) {
        found.add(key, view.value());
        step(view);
        continue;
      }
      int order = compare(expectedKey, key);
      if (order != 0 || !Arrays.equals(expected.value(), view.value())) {
        differences.add(
            new Difference(
                order > 0 && key != null ? key : Objects.requireNonNull(expectedKey),
                order > 0 ? null : expected.value(),
                order < 0 ? null : view.value()));
      }
      if (order <= 0) {
        expected.next();
        expectedKey = key(expected);
      }
      if (order >= 0) {
        step(view);
      }
    }
    progress.accept(rows % REPORT_EVERY);
  }

  private void step(TableWalk view) {
    view.next();
    rows++;
    if (rows % REPORT_EVERY == 0) {
      progress.accept(REPORT_EVERY);
    }
  }

  private static byte @Nullable [] key(TableWalk walk) {
    return walk.atRow() ? walk.key() : null;
  }

  /** No key is behind all keys. */
  private static int compare(byte @Nullable [] a, byte @Nullable [] b) {
    if (a == null || b == null) {
      return Boolean.compare(a == null, b == null);
    }
    return Arrays.compareUnsigned(a, b);
  }
}
