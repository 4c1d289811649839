package io.flowledger.projector.store;

import io.flowledger.projector.readmodel.Patience;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RowVisitor;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.Holder;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * An open RocksDB database. Whoever reads holds a shared lock against closing, so a native handle
 * is never used after it was freed: reading a closed table throws instead.
 */
public final class RocksTable implements AutoCloseable {

  private static final byte[] LOWEST = {};
  private static final byte[] HIGHEST = {(byte) 0xff};
  private static final long READ_AHEAD_BYTES = 1 << 20;

  private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
  private final DamagedViews.Watch damage;
  private final RocksResources.StoreOptions options;
  private final WriteOptions writeOptions;
  private final RocksDB db;
  private final SharedRows shared = new SharedRows();
  private boolean open = true;

  /** Opens a database. */
  private interface Opener {
    RocksDB open(Options options, String directory) throws RocksDBException;
  }

  public RocksTable(File directory, RocksResources resources) {
    this(directory, resources, RocksDB::open, DamagedViews.Watch.of(directory));
  }

  /**
   * Opens what is there to be read: nothing in the folder is changed. Nobody else may write to it
   * meanwhile.
   */
  public static RocksTable readOnly(File directory, RocksResources resources) {
    return new RocksTable(directory, resources, RocksDB::openReadOnly, DamagedViews.Watch.none());
  }

  private RocksTable(
      File directory, RocksResources resources, Opener opener, DamagedViews.Watch damage) {
    this.damage = damage;
    options = resources.storeOptions();
    writeOptions = new WriteOptions();
    try {
      db = opener.open(options.options(), directory.getPath());
    } catch (RocksDBException e) {
      writeOptions.close();
      options.close();
      throw new ProcessorStateException("cannot open " + directory, e);
    }
  }

  public byte @Nullable [] get(byte[] key) {
    return readWhileOpen(
        "read",
        () -> {
          // A plain get of a row that is not there throws a C++ exception inside, which costs as
          // much as the search. This finds rows in memory as well, and seldom leaves it open.
          Holder<byte[]> inMemory = new Holder<>();
          if (!db.keyMayExist(key, inMemory)) {
            return null;
          }
          // Where the index of a file is not in memory, it claims to have found an empty row.
          byte[] row = inMemory.getValue();
          return row != null && row.length > 0 ? row : db.get(key);
        });
  }

  /**
   * The same for a row that many others refer to: such rows are kept on the heap. Whoever writes
   * them has to name them to {@link #write}.
   */
  byte @Nullable [] getShared(byte[] key) {
    // First the lock, then the place in the cache, as whoever writes or scans takes them: the other
    // way round, one who holds the place may wait for whoever closes, who waits for one that holds
    // the lock and waits for the place.
    return readWhileOpen("read", () -> shared.get(key, unknown -> get(key)));
  }

  /**
   * Visits the rows whose keys start with the prefix, in key order.
   *
   * @param from the least key to visit; the prefix itself to start with the first
   */
  public void scan(byte[] prefix, byte[] from, RowVisitor<TableRow> visitor) {
    whileOpen(
        "scan",
        () -> {
          try (Slice end = endOf(prefix);
              ReadOptions readOptions = new ReadOptions();
              RocksIterator rows =
                  db.newIterator(
                      end == null ? readOptions : readOptions.setIterateUpperBound(end))) {
            TableRow row = new TableRow(rows);
            rows.seek(from);
            while (rows.isValid() && visitor.visit(row)) {
              Patience.check();
              rows.next();
            }
            rows.status();
          }
        });
  }

  /**
   * Lends a walk through the rows as of this moment, which is over when the borrower returns. It is
   * for long ways: what it reads pushes nothing out of the cache.
   *
   * @param from the least key of the walk
   */
  public void walk(byte[] from, Consumer<TableWalk> borrower) {
    whileOpen(
        "walk",
        () -> {
          try (ReadOptions readOptions =
                  new ReadOptions().setFillCache(false).setReadaheadSize(READ_AHEAD_BYTES);
              RocksIterator rows = db.newIterator(readOptions)) {
            rows.seek(from);
            borrower.accept(new TableWalk(rows));
            rows.status();
          }
        });
  }

  /** How many rows there are, more or less. */
  public long estimatedRows() {
    return property("rocksdb.estimate-num-keys");
  }

  /**
   * What the database says of itself.
   *
   * @param property one of those of RocksDB that are numbers
   */
  public long property(String property) {
    long[] value = new long[1];
    whileOpen("ask", () -> value[0] = db.getLongProperty(property));
    return value[0];
  }

  /** Lends a lookup, as of this moment, that is over when the borrower returns. */
  void lookUpDescending(Consumer<DescendingLookup> borrower) {
    whileOpen(
        "look up",
        () -> {
          try (ReadOptions readOptions = new ReadOptions();
              RocksIterator rows = db.newIterator(readOptions)) {
            borrower.accept(new DescendingLookup(rows));
            rows.status();
          }
        });
  }

  /**
   * Writes all of the batch or nothing; survives the death of the process.
   *
   * @param sharedKeys the keys of the batch that {@link #getShared} is asked for
   */
  void write(WriteBatch batch, Collection<byte[]> sharedKeys) {
    whileOpen(
        "write",
        () -> {
          db.write(writeOptions, batch);
          // Whoever is just reading an old row puts it there before it is dropped here, not after.
          shared.drop(sharedKeys);
        });
  }

  /** Writes one row, which is not a shared one. */
  public void put(byte[] key, byte[] value) {
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(key, value);
      write(batch, List.of());
    } catch (RocksDBException e) {
      throw new ProcessorStateException("write", e);
    }
  }

  /** From here on, batches are not logged: a crash before {@link #endBulk} loses the last ones. */
  public void startBulk() {
    writeOptions.setDisableWAL(true);
  }

  /** Makes everything that was written durable. */
  public void endBulk() {
    whileOpen(
        "flush",
        () -> {
          flush();
          writeOptions.setDisableWAL(false);
        });
  }

  private void flush() throws RocksDBException {
    try (FlushOptions flush = new FlushOptions()) {
      db.flush(flush);
    }
  }

  /** Puts everything in the order of later reads; takes as long as writing all of it again. */
  public void compact() {
    whileOpen("compact", db::compactRange);
  }

  /** Removes every row. */
  public void wipe() {
    whileOpen(
        "wipe",
        () -> {
          db.deleteRange(writeOptions, LOWEST, HIGHEST);
          flush();
          shared.clear();
        });
  }

  /**
   * Copies everything as it is at this moment, by hard links where the file system has them.
   *
   * @param directory that does not exist yet, in one that does
   */
  public void checkpoint(Path directory) {
    whileOpen(
        "checkpoint in " + directory,
        () -> {
          try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(directory.toString());
          }
        });
  }

  /** What is done with the database. */
  private interface Action {
    void run() throws RocksDBException;
  }

  /** What is read of the database, at most one row. */
  private interface Read {
    byte @Nullable [] row() throws RocksDBException;
  }

  private void whileOpen(String doing, Action action) {
    readWhileOpen(
        doing,
        () -> {
          action.run();
          return null;
        });
  }

  private byte @Nullable [] readWhileOpen(String doing, Read read) {
    lifetime.readLock().lock();
    try {
      if (!open) {
        throw new ViewUnavailableException("the view is closed");
      }
      damage.check();
      return read.row();
    } catch (RocksDBException e) {
      throw damage.failure(doing, e);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /** Whether it has been read and was not what was written; it is not read any more then. */
  public boolean isDamaged() {
    return damage.isDamaged();
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

  /** The least key above all that start with the prefix; null when there is none. */
  private static @Nullable Slice endOf(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == HIGHEST[0]) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    byte[] end = Arrays.copyOf(prefix, length);
    end[length - 1]++;
    return new Slice(end);
  }
}
