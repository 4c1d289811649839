package io.flowledger.projector.store;

import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.log.RecordFingerprint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.Uuid;

/**
 * Identity of a store: what it knows of the log that it was made from, to be held against the log
 * that it finds.
 *
 * @param projection version of the projection that wrote it
 * @param topic id of the topic, which a recreated topic of the same name does not have
 * @param applied offset of the last record in it
 * @param fingerprint of that record
 * @param head of the hash chain up to that record; empty for a topic that is not kept whole
 */
public record StoreIdentity(
    int projection, Uuid topic, long applied, RecordFingerprint fingerprint, LogHead head) {

  /** Of the row that it is kept in. */
  public static final byte[] KEY = Keys.bookkeeping("identity");

  private static final int BYTES = Integer.BYTES + 7 * Long.BYTES + LogHead.HASH_BYTES;

  byte[] toRow() {
    return ByteBuffer.allocate(BYTES)
        .putInt(projection)
        .putLong(topic.getMostSignificantBits())
        .putLong(topic.getLeastSignificantBits())
        .putLong(applied)
        .putLong(fingerprint.high())
        .putLong(fingerprint.low())
        .putLong(head.offset())
        .putLong(head.records())
        .put(head.hash())
        .array();
  }

  /** The inverse of {@link #toRow()}; a row of another length is of a version unknown here. */
  public static StoreIdentity fromRow(byte[] row) {
    ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(row, BYTES));
    int projection = row.length == BYTES ? bytes.getInt() : Integer.MIN_VALUE;
    bytes.position(Integer.BYTES);
    return new StoreIdentity(
        projection,
        new Uuid(bytes.getLong(), bytes.getLong()),
        bytes.getLong(),
        new RecordFingerprint(bytes.getLong(), bytes.getLong()),
        head(bytes));
  }

  /** Whether it could be read of its row. */
  public boolean isKnown() {
    return projection != Integer.MIN_VALUE;
  }

  /** The head of the chain that a table keeps. */
  public static LogHead headIn(RocksTable table) {
    byte[] row = table.get(KEY);
    return row == null ? LogHead.EMPTY : fromRow(row).head();
  }

  private static LogHead head(ByteBuffer bytes) {
    long offset = bytes.getLong();
    long records = bytes.getLong();
    byte[] hash = new byte[LogHead.HASH_BYTES];
    bytes.get(hash);
    return new LogHead(offset, records, hash);
  }
}
