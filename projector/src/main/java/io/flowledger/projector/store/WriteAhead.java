package io.flowledger.projector.store;

import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.layout.RowKind;
import io.flowledger.projector.projection.ViewWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Changes that are not written yet, over the table that they will be written to. Rows that were
 * read or written lately are kept a while, since the events of a run ask for the same few again and
 * again; nobody else writes the table, so they stay true.
 */
public final class WriteAhead implements ViewWriter, AutoCloseable {

  private static final int MAX_ROWS_KEPT = 4096;
  private static final long MAX_BYTES_KEPT = 4 << 20;

  private final RocksTable table;
  private final WriteBatch batch = new WriteBatch();
  private final Map<ByteBuffer, byte[]> rows = new HashMap<>();
  // Of these rows and of all that came after them, everything is in rows.
  private final Set<ByteBuffer> fresh = new HashSet<>();
  private final List<byte[]> sharedKeys = new ArrayList<>();
  // Put together only when they are written: a batch adds to the same few rows over and over.
  private final Map<ByteBuffer, ByteArrayOutputStream> additions = new HashMap<>();
  // Of the rows that are put once: those that are in the table or in the batch.
  private final RecentKeys recent = new RecentKeys();
  private long keptBytes;

  public WriteAhead(RocksTable table) {
    this.table = table;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    byte[] row = rows.get(ByteBuffer.wrap(key));
    if (row == null) {
      row = table.get(key);
      if (row != null) {
        keep(key, row);
      }
    }
    return row;
  }

  @Override
  public byte @Nullable [] getUnder(byte[] parent, byte[] key) {
    return fresh.contains(ByteBuffer.wrap(parent)) ? rows.get(ByteBuffer.wrap(key)) : get(key);
  }

  @Override
  public void putNew(byte[] key, byte[] value) {
    put(key, value);
    fresh.add(ByteBuffer.wrap(key));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    keep(key, value);
    if (RowKind.isShared(key)) {
      sharedKeys.add(key);
    }
    buffer(key, value);
  }

  private void buffer(byte[] key, byte[] value) {
    try {
      batch.put(key, value);
    } catch (RocksDBException e) {
      throw new ProcessorStateException("buffer", e);
    }
  }

  @Override
  public void putOnce(KeyBuilder key) {
    if (recent.add(key.memory(), key.length())) {
      buffer(key.bytes(), EMPTY);
    }
  }

  @Override
  public void append(byte[] key, byte[] addition) {
    additions
        .computeIfAbsent(ByteBuffer.wrap(key), first -> new ByteArrayOutputStream())
        .writeBytes(addition);
  }

  private void putAdditions() {
    additions.forEach((key, added) -> ViewWriter.super.append(key.array(), added.toByteArray()));
    additions.clear();
  }

  public long bytes() {
    return batch.getDataSize();
  }

  private void keep(byte[] key, byte[] row) {
    byte[] before = rows.put(ByteBuffer.wrap(key), row);
    keptBytes += row.length + (before == null ? key.length : -before.length);
  }

  /** Writes the changes, all or none. */
  public void flush() {
    putAdditions();
    table.write(batch, sharedKeys);
    sharedKeys.clear();
    batch.clear();
    if (rows.size() > MAX_ROWS_KEPT || keptBytes > MAX_BYTES_KEPT) {
      forget();
    }
  }

  /** Drops the changes, and what was known of a table that is about to change otherwise. */
  void discard() {
    batch.clear();
    sharedKeys.clear();
    additions.clear();
    recent.clear();
    forget();
  }

  private void forget() {
    rows.clear();
    fresh.clear();
    keptBytes = 0;
  }

  @Override
  public void close() {
    batch.close();
  }
}
