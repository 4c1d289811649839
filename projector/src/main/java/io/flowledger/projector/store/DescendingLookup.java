package io.flowledger.projector.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * Looks up rows whose keys come in descending order, more or less: then the next row is mostly the
 * one before the last, or known not to be there, and needs no search.
 */
final class DescendingLookup {

  private static final int MAX_STEPS = 8;

  private final RocksIterator rows;

  /** The iterator is at the last row that is not after this key. */
  private byte @Nullable [] asked;

  private byte @Nullable [] current;

  DescendingLookup(RocksIterator rows) {
    this.rows = rows;
  }

  byte @Nullable [] get(byte[] key) {
    if (asked == null || Arrays.compareUnsigned(key, asked) > 0) {
      search(key);
    } else {
      stepBack(key);
    }
    asked = key;
    return Arrays.equals(current, key) ? rows.value() : null;
  }

  private void search(byte[] key) {
    rows.seekForPrev(key);
    current = rows.isValid() ? rows.key() : null;
  }

  private void stepBack(byte[] key) {
    for (int steps = 0; current != null && Arrays.compareUnsigned(current, key) > 0; steps++) {
      if (steps == MAX_STEPS) {
        search(key);
        return;
      }
      rows.prev();
      current = rows.isValid() ? rows.key() : null;
    }
  }
}
