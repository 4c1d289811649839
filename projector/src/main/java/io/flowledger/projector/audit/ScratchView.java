package io.flowledger.projector.audit;

import io.flowledger.projector.layout.RowKind;
import io.flowledger.projector.projection.ViewWriter;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.WriteAhead;
import io.flowledger.schemas.serde.Framing;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A view that is made to be compared with another one, and thrown away. Rows that the projection
 * does not read again need not be kept for that: of these, it has a digest only.
 */
public final class ScratchView implements ViewWriter, AutoCloseable {

  private static final int BATCH_RECORDS = 2048;
  private static final long BATCH_BYTES = 4 << 20;

  private final ViewKind kind;
  private final RocksTable table;
  private final WriteAhead ahead;
  private final @Nullable RowDigest digest;
  private final UnknownSchemas unknown;
  private final Map<ByteBuffer, ByteArrayOutputStream> rowsOfBlock = new HashMap<>();
  private long block;
  private int records;

  /**
   * @param folder to make
   * @param digest of the rows that are not kept; null for all to be kept
   * @param unknown of the view that this is compared with
   */
  public ScratchView(
      ViewKind kind,
      File folder,
      RocksResources resources,
      @Nullable RowDigest digest,
      UnknownSchemas unknown) {
    this.kind = kind;
    this.table = new RocksTable(folder, resources);
    this.ahead = new WriteAhead(table);
    this.digest = digest;
    this.unknown = unknown;
    table.startBulk();
  }

  /** The rows that are kept, when all has been {@linkplain #finish written}. */
  public RocksTable table() {
    return table;
  }

  /** The digest of those that are not kept; null where all are. */
  @Nullable RowDigest digest() {
    return digest;
  }

  /** Applies the next record. */
  public void apply(ConsumerRecord<byte[], byte[]> record) {
    apply(record, this);
  }

  /**
   * Applies the next record.
   *
   * @param writer through which this is written
   */
  public void apply(ConsumerRecord<byte[], byte[]> record, ViewWriter writer) {
    long offset = record.offset();
    if (IndexedEvent.block(offset) != block) {
      endBlock();
      block = IndexedEvent.block(offset);
    }
    byte[] key = record.key();
    byte[] value = Framing.framed(record.headers(), record.value());
    if (key != null && unknown.has(offset)) {
      unknown.reject(kind.projection(), key, value, offset, writer);
    } else {
      kind.apply(key, value, offset, writer);
    }
    records++;
    if (records >= BATCH_RECORDS || ahead.bytes() >= BATCH_BYTES) {
      flush();
    }
  }

  /** All records have been applied. */
  public void finish() {
    endBlock();
    flush();
  }

  /** The rows of a block of offsets are whole: nothing will be appended to them any more. */
  private void endBlock() {
    if (digest != null) {
      rowsOfBlock.forEach((key, row) -> digest.add(key.array(), row.toByteArray()));
      rowsOfBlock.clear();
    }
  }

  // ---- what the projection does ----------------------------------------------------------------

  @Override
  public byte @Nullable [] get(byte[] key) {
    checkKept(key);
    return ahead.get(key);
  }

  @Override
  public byte @Nullable [] getUnder(byte[] parent, byte[] key) {
    checkKept(key);
    return ahead.getUnder(parent, key);
  }

  private void checkKept(byte[] key) {
    if (digest != null && RowKind.isWriteOnly(key)) {
      throw new IllegalStateException("read, although it is of a kind that is not: " + key[0]);
    }
  }

  @Override
  public void put(byte[] key, byte[] value) {
    if (digest != null && RowKind.isWriteOnly(key)) {
      digest.add(key, value);
    } else {
      ahead.put(key, value);
    }
  }

  @Override
  public void putNew(byte[] key, byte[] value) {
    if (digest != null && RowKind.isWriteOnly(key)) {
      digest.add(key, value);
    } else {
      ahead.putNew(key, value);
    }
  }

  @Override
  public void append(byte[] key, byte[] addition) {
    if (digest != null && RowKind.isOfBlock(key)) {
      rowsOfBlock
          .computeIfAbsent(ByteBuffer.wrap(key), first -> new ByteArrayOutputStream())
          .writeBytes(addition);
    } else {
      ahead.append(key, addition);
    }
  }

  private void flush() {
    ahead.flush();
    records = 0;
  }

  @Override
  public void close() {
    table.close();
    ahead.close();
  }
}
