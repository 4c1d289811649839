package io.flowledger.projector.row;

import io.flowledger.projector.text.Sink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The layout that all rows of a view share: some 8-byte numbers, big-endian, then some fields, each
 * a 4-byte length and its bytes. How many of each, and what they mean, is the row's own business.
 */
final class Packed {

  private Packed() {}

  static byte[] pack(long[] numbers, byte[]... fields) {
    int size = numbers.length * Long.BYTES;
    for (byte[] field : fields) {
      size += Integer.BYTES + field.length;
    }
    ByteBuffer row = ByteBuffer.allocate(size);
    for (long number : numbers) {
      row.putLong(number);
    }
    for (byte[] field : fields) {
      row.putInt(field.length).put(field);
    }
    return row.array();
  }

  static long number(byte[] row, int index) {
    return ByteBuffer.wrap(row).getLong(index * Long.BYTES);
  }

  /** Where the bytes of a field are. */
  record Slice(byte[] row, int offset, int length) {
    void writeTo(Sink sink) {
      sink.write(row, offset, length);
    }

    /** The inverse of {@link Packed#nullable}. */
    Optional<String> nullable() {
      return length == 0 ? Optional.empty() : Optional.of(text().substring(1));
    }

    String text() {
      return new String(row, offset, length, StandardCharsets.UTF_8);
    }
  }

  static Slice field(byte[] row, int numbers, int index) {
    ByteBuffer buffer = ByteBuffer.wrap(row);
    int at = numbers * Long.BYTES;
    for (int i = 0; i < index; i++) {
      at += Integer.BYTES + buffer.getInt(at);
    }
    return new Slice(row, at + Integer.BYTES, buffer.getInt(at));
  }

  /** A string that may be null: nothing for null, else one byte and the string. */
  static byte[] nullable(@Nullable String text) {
    return text == null ? new byte[0] : utf8('"' + text);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
