package io.flowledger.projector.layout;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The value of a row that holds one number: 8 bytes, big-endian. */
public final class NumberRow {

  private NumberRow() {}

  public static byte[] of(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** The number of a row; empty where there is no row. */
  public static OptionalLong in(byte @Nullable [] row) {
    return row == null ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(row).getLong());
  }
}
