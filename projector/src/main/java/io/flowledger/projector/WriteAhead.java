package io.flowledger.projector;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Changes that are not written yet, over the table that they will be written to. */
final class WriteAhead implements ViewWriter, AutoCloseable {

  private final RocksTable table;
  private final WriteBatch batch = new WriteBatch();
  private final Map<ByteBuffer, byte[]> rows = new HashMap<>();

  WriteAhead(RocksTable table) {
    this.table = table;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    byte[] row = rows.get(ByteBuffer.wrap(key));
    return row != null ? row : table.get(key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    rows.put(ByteBuffer.wrap(key), value);
    try {
      batch.put(key, value);
    } catch (RocksDBException e) {
      throw new ProcessorStateException("buffer", e);
    }
  }

  long bytes() {
    return batch.getDataSize();
  }

  /** Writes the changes, all or none. */
  void flush() {
    table.write(batch);
    discard();
  }

  void discard() {
    batch.clear();
    rows.clear();
  }

  @Override
  public void close() {
    batch.close();
  }
}
