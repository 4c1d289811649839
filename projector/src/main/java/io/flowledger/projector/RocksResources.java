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

  /** Makes the class load the native library. */
  static void load() {}

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * @param bytes of memory for cached blocks and unwritten rows together
   */
  RocksResources(long bytes) {
    this.cache = new LRUCache(bytes, CACHE_SHARD_BITS, false, HIGH_PRIORITY_SHARE);
    this.writeBuffers = new WriteBufferManager(bytes / 2, cache);
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
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
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
