package io.flowledger.projector;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/** Native memory that all stores of a process share, so that its size does not grow with them. */
final class RocksResources implements AutoCloseable {

  static {
    RocksDB.loadLibrary();
  }

  // A filter block is as large as its file has keys. In one of the many small shards that RocksDB
  // makes by default it pushes out everything else, and every read loads it again.
  private static final int CACHE_SHARD_BITS = 2;
  private static final double HIGH_PRIORITY_SHARE = 0.5;
  private static final double BLOOM_BITS_PER_KEY = 10;
  private static final long WRITE_BUFFER_BYTES = 8 << 20;
  private static final int WRITE_BUFFERS = 2;
  private static final int FILES_BEFORE_COMPACTION = 4;

  // Compacting takes half of the time that making a view takes, if it is done as often as usual.
  private static final long BULK_BYTES = 96 << 20;
  private static final long BULK_WRITE_BUFFER_BYTES = 16 << 20;
  private static final int BULK_WRITE_BUFFERS = 3;
  private static final int BULK_FILES_BEFORE_COMPACTION = 64;

  /** Makes the class load the native library. */
  static void load() {}

  private final Cache cache;
  private final WriteBufferManager writeBuffers;
  private final boolean bulk;

  /**
   * @param bytes of memory for cached blocks and unwritten rows together
   */
  RocksResources(long bytes) {
    this(bytes, bytes / 2, false);
  }

  private RocksResources(long bytes, long writeBufferBytes, boolean bulk) {
    this.cache = new LRUCache(bytes, CACHE_SHARD_BITS, false, HIGH_PRIORITY_SHARE);
    this.writeBuffers = new WriteBufferManager(writeBufferBytes, cache);
    this.bulk = bulk;
  }

  /** For stores that are filled and hardly read: more is written at once, and less compacted. */
  static RocksResources forBulk() {
    return new RocksResources(BULK_BYTES, BULK_BYTES, true);
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
            .setWriteBufferSize(bulk ? BULK_WRITE_BUFFER_BYTES : WRITE_BUFFER_BYTES)
            .setMaxWriteBufferNumber(bulk ? BULK_WRITE_BUFFERS : WRITE_BUFFERS)
            .setLevel0FileNumCompactionTrigger(
                bulk ? BULK_FILES_BEFORE_COMPACTION : FILES_BEFORE_COMPACTION)
            .setLevel0SlowdownWritesTrigger(bulk ? 3 * BULK_FILES_BEFORE_COMPACTION : 20)
            .setLevel0StopWritesTrigger(bulk ? 4 * BULK_FILES_BEFORE_COMPACTION : 36)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setMaxBytesForLevelBase(32L << 20)
            .setTargetFileSizeBase(8L << 20)
            .setMaxBackgroundJobs(2)
            .setKeepLogFileNum(2)
            .setMaxTotalWalSize(64L << 20);
    return new StoreOptions(options, bloom);
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
