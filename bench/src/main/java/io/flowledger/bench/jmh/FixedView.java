package io.flowledger.bench.jmh;

import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.projection.ViewWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A view that stays as it is once its rows have been prepared, so that the same event can be
 * applied again and again as if it were new.
 */
final class FixedView implements ViewWriter {

  /** As many as the views of the program remember. */
  private static final int RECENT = 1 << 14;

  private final Map<ByteBuffer, byte[]> rows = new HashMap<>();
  private final byte[] @Nullable [] recent = new byte[RECENT][];
  private @Nullable Blackhole puts;

  /** From now on, puts end here. */
  void fix(Blackhole blackhole) {
    puts = blackhole;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return rows.get(ByteBuffer.wrap(key));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    Blackhole end = puts;
    if (end == null) {
      rows.put(ByteBuffer.wrap(key), value);
    } else {
      end.consume(key);
      end.consume(value);
    }
  }

  @Override
  public void putOnce(KeyBuilder key) {
    if (remember(key.memory(), key.length())) {
      ViewWriter.super.putOnce(key);
    }
  }

  /** Whether the key is not known to have been put before. */
  private boolean remember(byte[] memory, int length) {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + memory[i];
    }
    int slot = (hash ^ (hash >>> 16)) & (RECENT - 1);
    byte[] known = recent[slot];
    if (known != null && Arrays.equals(known, 0, known.length, memory, 0, length)) {
      return false;
    }
    recent[slot] = Arrays.copyOf(memory, length);
    return true;
  }

  @Override
  public void append(byte[] key, byte[] addition) {
    put(key, addition);
  }
}
