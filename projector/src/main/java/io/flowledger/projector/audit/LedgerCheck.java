package io.flowledger.projector.audit;

import io.flowledger.projector.chain.Ledger;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.layout.Bytes;
import io.flowledger.projector.layout.KeyParts;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.store.TableWalk;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the hash chain over a log, record by record, against the {@link Ledger} of a view, up to
 * where they part. Behind that, all hashes differ, and say nothing.
 */
final class LedgerCheck {

  /** How log and ledger part. */
  enum Parting {
    /** The chain is another from here on. */
    OTHER_RECORD,
    /** The ledger has a record that the log has not. */
    MISSING_RECORD,
    /** The log has a record that the ledger has not. */
    UNKNOWN_RECORD,
    /** The ledger has a row that no view writes. */
    UNKNOWN_ROW
  }

  /** Where they part. */
  record Parted(long offset, Parting how) {}

  private final byte[] prefix = Keys.ledger().bytes();
  private final TableWalk blocks;
  private byte[] block = {};
  private long firstOffset;
  private int place;
  private boolean oddRow;
  private @Nullable Parted parted;

  /**
   * @param blocks of the view, from the first row of its ledger on
   */
  LedgerCheck(TableWalk blocks) {
    this.blocks = blocks;
  }

  /** The next record of the log, by the head after it; says whether they are one so far. */
  boolean record(LogHead head) {
    if (parted == null) {
      boolean there = atEntry();
      if (oddRow) {
        parted = new Parted(head.offset(), Parting.UNKNOWN_ROW);
      } else if (!there || offset() > head.offset()) {
        parted = new Parted(head.offset(), Parting.UNKNOWN_RECORD);
      } else if (offset() < head.offset()) {
        parted = new Parted(offset(), Parting.MISSING_RECORD);
      } else if (!Arrays.equals(
          block, place, place + Ledger.ENTRY_BYTES, Ledger.entry(head), 0, Ledger.ENTRY_BYTES)) {
        parted = new Parted(head.offset(), Parting.OTHER_RECORD);
      }
      place += Ledger.ENTRY_BYTES;
    }
    return parted == null;
  }

  /** The log is at its end: where it has parted from the ledger, if it has. */
  Optional<Parted> end() {
    if (parted == null && atEntry()) {
      parted = new Parted(offset(), Parting.MISSING_RECORD);
    } else if (parted == null && oddRow) {
      parted = new Parted(firstOffset, Parting.UNKNOWN_ROW);
    }
    return Optional.ofNullable(parted);
  }

  private long offset() {
    return firstOffset | (block[place] & 0xff);
  }

  /** A row is a block of whole entries; another one, as somebody may have left it, is noted. */
  private boolean atEntry() {
    if (place < block.length) {
      return true;
    }
    if (!blocks.atRow() || !Bytes.startsWith(blocks.key(), prefix)) {
      return false;
    }
    byte[] key = blocks.key();
    block = blocks.value();
    place = 0;
    oddRow =
        key.length != prefix.length + Long.BYTES
            || block.length == 0
            || block.length % Ledger.ENTRY_BYTES != 0;
    if (!oddRow) {
      firstOffset = IndexedEvent.firstOf(new KeyParts(key, prefix.length).number());
      blocks.next();
    }
    return !oddRow;
  }
}
