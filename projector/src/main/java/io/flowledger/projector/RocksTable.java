package io.flowledger.projector;

import io.flowledger.projector.readmodel.ViewUnavailableException;
import java.io.File;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB database. Whoever reads holds a shared lock against closing, so a native handle
 * is never used after it was freed: reading a closed table throws instead.
 */
final class RocksTable implements AutoCloseable {

  private static final byte[] LOWEST = {};
  private static final byte[] HIGHEST = {(byte) 0xff};

  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private final RocksResources.StoreOptions options;
  private final WriteOptions writeOptions;
  private final RocksDB db;
  private boolean open = true;

  RocksTable(File directory, RocksResources resources) {
    options = resources.storeOptions();
    writeOptions = new WriteOptions();
    try {
      db = RocksDB.open(options.options(), directory.getPath());
    } catch (RocksDBException e) {
      writeOptions.close();
      options.close();
      throw new ProcessorStateException("cannot open " + directory, e);
    }
  }

  /** Gets rows one by one; says whether to go on. */
  @FunctionalInterface
  interface RowVisitor {
    boolean visit(byte[] key, byte[] value);
  }

  byte @Nullable [] get(byte[] key) {
    lifetime.readLock().lock();
    try {
      checkOpen();
      return db.get(key);
    } catch (RocksDBException e) {
      throw new ProcessorStateException("read", e);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /**
   * Visits the rows whose keys start with the prefix, in key order.
   *
   * @param after start after this key; the prefix itself to start with the first
   */
  void scan(byte[] prefix, byte[] after, RowVisitor visitor) {
    lifetime.readLock().lock();
    try {
      checkOpen();
      try (ReadOptions readOptions = new ReadOptions();
          RocksIterator rows = db.newIterator(readOptions)) {
        for (rows.seek(after); rows.isValid(); rows.next()) {
          byte[] key = rows.key();
          if (!startsWith(key, prefix)) {
            break;
          }
          if (!Arrays.equals(key, after) && !visitor.visit(key, rows.value())) {
            break;
          }
        }
        rows.status();
      }
    } catch (RocksDBException e) {
      throw new ProcessorStateException("scan", e);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /** Writes all of the batch or nothing; survives the death of the process. */
  void write(WriteBatch batch) {
    lifetime.readLock().lock();
    try {
      checkOpen();
      db.write(writeOptions, batch);
    } catch (RocksDBException e) {
      throw new ProcessorStateException("write", e);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  void put(byte[] key, byte[] value) {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(key, value);
      write(batch);
    } catch (RocksDBException e) {
      throw new ProcessorStateException("write", e);
    }
  }

  /** Removes every row. */
  void wipe() {
    lifetime.readLock().lock();
    try (FlushOptions flush = new FlushOptions()) {
      checkOpen();
      db.deleteRange(writeOptions, LOWEST, HIGHEST);
      db.flush(flush);
    } catch (RocksDBException e) {
      throw new ProcessorStateException("wipe", e);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /** Waits for readers, then frees what is native. */
  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      if (open) {
        open = false;
        db.close();
        writeOptions.close();
        options.close();
      }
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new ViewUnavailableException("the view is closed");
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
