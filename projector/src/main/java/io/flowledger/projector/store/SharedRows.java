package io.flowledger.projector.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows of a table that many others refer to, on the heap: as many as were read last. */
final class SharedRows {

  private static final long MAX_BYTES = 2 << 20;
  private static final int OVERHEAD_BYTES = 128;

  private final Cache<ByteBuffer, byte[]> rows =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((ByteBuffer key, byte[] row) -> key.capacity() + row.length + OVERHEAD_BYTES)
          .executor(Runnable::run)
          .build();

  /**
   * The row of a key.
   *
   * @param table is asked for a row that is not here, while others wait for the same row
   */
  byte @Nullable [] get(byte[] key, Function<ByteBuffer, byte @Nullable []> table) {
    return rows.get(ByteBuffer.wrap(key), table);
  }

  /** Has the rows read again: they have been written to the table just now. */
  void drop(Collection<byte[]> keys) {
    keys.forEach(key -> rows.invalidate(ByteBuffer.wrap(key)));
  }

  void clear() {
    rows.invalidateAll();
  }
}
