package io.flowledger.bench.jmh;

import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.projection.ViewWriter;
import io.flowledger.projector.store.RecentKeys;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A view that stays as it is once its rows have been prepared, so that the same event can be
 * applied again and again as if it were new.
 */
final class FixedView implements ViewWriter {

  private final Map<ByteBuffer, byte[]> rows = new HashMap<>();
  private final RecentKeys recent = new RecentKeys();
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
    if (recent.add(key.memory(), key.length())) {
      ViewWriter.super.putOnce(key);
    }
  }

  @Override
  public void append(byte[] key, byte[] addition) {
    put(key, addition);
  }
}
