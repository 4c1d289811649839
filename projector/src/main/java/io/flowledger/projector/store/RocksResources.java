package io.flowledger.projector.store;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/** Native memory that all stores of a process share, so that its size does not grow with them. */
public final class RocksResources implements AutoCloseable {

  static {
    RocksDB.loadLibrary();
  }

  // A filter block is as large as its file has keys. In one of the many small shards that RocksDB
  // makes by default it pushes out everything else, and every read loads it again.
  private static final int CACHE_SHARD_BITS = 2;
  private static final double HIGH_PRIORITY_SHARE = 0.5;
  private static final double BLOOM_BITS_PER_KEY = 10;
  private static final long FIRST_LEVEL_BYTES = 32 << 20;
  private static final long FILE_BYTES = 8 << 20;

  /**
   * How much is written before something else happens.
   *
   * @param buffers that may be full and not yet in a file
   * @param filesToCompact so many files of the lowest level are compacted
   * @param filesToSlow from so many on, writes are slowed down
   * @param filesToStop from so many on, writes wait
   */
  private record WriteLimits(
      long bufferBytes, int buffers, int filesToCompact, int filesToSlow, int filesToStop) {}

  private static final WriteLimits ORDINARY = new WriteLimits(8 << 20, 2, 4, 20, 36);

  // Compacting takes half of the time that making a view takes, if it is done as often as usual.
  private static final WriteLimits BULK = new WriteLimits(16 << 20, 3, 64, 192, 256);
  private static final long BULK_BYTES = 96 << 20;

  /** Makes the class load the native library. */
  public static void load() {}

  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private final WriteLimits limits;
  private boolean closed; // guarded by this

  /**
   * @param bytes of memory for cached blocks and unwritten rows together
   */
  public RocksResources(long bytes) {
    this(bytes, bytes / 2, ORDINARY);
  }

  private RocksResources(long bytes, long writeBufferBytes, WriteLimits limits) {
    this.cache = new LRUCache(bytes, CACHE_SHARD_BITS, false, HIGH_PRIORITY_SHARE);
    this.writeBuffers = new WriteBufferManager(writeBufferBytes, cache);
    this.limits = limits;
  }

  /** For stores that are filled and hardly read: more is written at once, and less compacted. */
  public static RocksResources forBulk() {
    return new RocksResources(BULK_BYTES, BULK_BYTES, BULK);
  }

  /** What a store opens its database with; the store closes them. */
  record StoreOptions(Options options, BloomFilter bloom) implements AutoCloseable {
    @Override
    public void close() {
      options.close();
      bloom.close();
    }
  }

  StoreOptions storeOptions() {
    BloomFilter bloom = new BloomFilter(BLOOM_BITS_PER_KEY, false);
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setFilterPolicy(bloom)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true);
    Options options =
        new Options()
            .setCreateIfMissing(true)
            .setTableFormatConfig(table)
            .setWriteBufferManager(writeBuffers)
            .setWriteBufferSize(limits.bufferBytes())
            .setMaxWriteBufferNumber(limits.buffers())
            .setLevel0FileNumCompactionTrigger(limits.filesToCompact())
            .setLevel0SlowdownWritesTrigger(limits.filesToSlow())
            .setLevel0StopWritesTrigger(limits.filesToStop())
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setMaxBytesForLevelBase(FIRST_LEVEL_BYTES)
            .setTargetFileSizeBase(FILE_BYTES)
            .setMaxBackgroundJobs(2)
            .setKeepLogFileNum(2)
            .setMaxTotalWalSize(64L << 20);
    return new StoreOptions(options, bloom);
  }

  /** Bytes of memory that cached blocks and unwritten rows take now. */
  public synchronized long usedBytes() {
    return closed ? 0 : cache.getUsage();
  }

  @Override
  public synchronized void close() {
    closed = true;
    writeBuffers.close();
    cache.close();
  }
}
