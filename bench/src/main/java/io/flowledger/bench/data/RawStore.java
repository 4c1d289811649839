package io.flowledger.bench.data;

import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Ceiling of all reads: what RocksDB makes of rows like those of a list of tasks, with nothing
 * around it.
 */
public final class RawStore {

  public static final int BATCH = 512;
  public static final int ROW_BYTES = 33 + 330;

  private static final int KEY_BYTES = 33;
  private static final int VALUE_BYTES = ROW_BYTES - KEY_BYTES;
  private static final int BLOOM_BITS = 10;
  private static final long SEED = 42;
  private static final byte[] TEXT =
      ("{\"flow_id\": \"BenchFlow\", \"run_number\": 1, \"step_name\": \"start\", \"task_id\": 1234,"
              + " \"user_name\": \"ada\", \"ts_epoch\": 1700000000000, \"tags\": ")
          .repeat(3)
          .getBytes(StandardCharsets.UTF_8);

  private RawStore() {}

  /** Rows per second. */
  public record Rates(double puts, double gets, double scan) {}

  /**
   * @param rows in the store
   * @param read how many of them are read again and again
   */
  public static Rates measure(Path folder, int rows, int read, long memory, Duration time) {
    RocksDB.loadLibrary();
    try (LRUCache cache = new LRUCache(memory);
        BloomFilter bloom = new BloomFilter(BLOOM_BITS, false);
        Options options =
            new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(
                    new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom))
                .setWriteBufferSize(memory / 4)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setMaxBackgroundJobs(2)) {
      Files.createDirectories(folder);
      try (RocksDB db = RocksDB.open(options, folder.toString())) {
        return new Rates(puts(db, rows), gets(db, read, time), scan(db, read, time));
      }
    } catch (RocksDBException | IOException e) {
      throw new BenchException("the raw store has failed: " + e, e);
    }
  }

  private static byte[] key(int row) {
    return ByteBuffer.allocate(KEY_BYTES).put((byte) 'T').putLong(1).putInt(25, row).array();
  }

  private static byte[] value(Random random) {
    byte[] value = new byte[VALUE_BYTES];
    System.arraycopy(TEXT, 0, value, 0, VALUE_BYTES);
    ByteBuffer.wrap(value).putLong(random.nextLong()).putLong(random.nextLong());
    return value;
  }

  private static double puts(RocksDB db, int rows) throws RocksDBException {
    Random random = new Random(SEED);
    long start = System.nanoTime();
    try (WriteOptions options = new WriteOptions()) {
      for (int row = 0; row < rows; row += BATCH) {
        try (WriteBatch batch = new WriteBatch()) {
          for (int i = row; i < Math.min(rows, row + BATCH); i++) {
            batch.put(key(i), value(random));
          }
          db.write(options, batch);
        }
      }
    }
    return rows / ((System.nanoTime() - start) / 1e9);
  }

  private static double gets(RocksDB db, int rows, Duration time) {
    Random random = new Random(SEED);
    return Repeat.rate(
        time,
        () -> {
          try {
            if (db.get(key(random.nextInt(rows))) == null) {
              throw new BenchException("a row is missing");
            }
            return 1;
          } catch (RocksDBException e) {
            throw new BenchException("a get has failed", e);
          }
        });
  }

  private static double scan(RocksDB db, int read, Duration time) {
    return Repeat.rate(
        time,
        () -> {
          long rows = 0;
          long bytes = 0;
          try (RocksIterator iterator = db.newIterator()) {
            for (iterator.seekToFirst(); iterator.isValid() && rows < read; iterator.next()) {
              bytes += iterator.key().length + iterator.value().length;
              rows++;
            }
          }
          if (bytes != rows * ROW_BYTES) {
            throw new BenchException("a scan has read %d bytes".formatted(bytes));
          }
          return rows;
        });
  }
}
