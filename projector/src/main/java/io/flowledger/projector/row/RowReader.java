package io.flowledger.projector.row;

import io.flowledger.projector.text.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the values of a row in the order in which {@link RowWriter} wrote them. */
final class RowReader {

  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int at;

  RowReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /**
   * @param row backed by an array, where it is read
   */
  RowReader(ByteBuffer row) {
    this(row.array(), row.arrayOffset() + row.position(), row.arrayOffset() + row.limit());
  }

  private RowReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  long number() {
    long value = (long) LONG.get(bytes, at);
    at += Long.BYTES;
    return value;
  }

  /** A text that is never null. */
  String text() {
    int length = count();
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  /** The same, where it lies. */
  Utf8 utf8() {
    int length = count();
    Utf8 text = new Utf8(bytes, at, length);
    at += length;
    return text;
  }

  void skipText() {
    at += Integer.BYTES + Math.max(0, (int) INT.get(bytes, at));
  }

  @Nullable String nullableText() {
    if ((int) INT.get(bytes, at) == RowWriter.NULL) {
      at += Integer.BYTES;
      return null;
    }
    return text();
  }

  @Nullable List<String> texts() {
    int count = count();
    if (count == RowWriter.NULL) {
      return null;
    }
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return texts;
  }

  /** Whether the text that comes next is this one; goes past it. */
  boolean textIs(byte[] utf8) {
    int length = count();
    boolean same = Arrays.equals(bytes, at, at + length, utf8, 0, utf8.length);
    at += length;
    return same;
  }

  /** What is in a block; goes past it. */
  RowReader block() {
    int length = count();
    RowReader block = new RowReader(bytes, at, at + length);
    at += length;
    return block;
  }

  /** The same place, read independently. */
  RowReader copy() {
    return new RowReader(bytes, at, end);
  }

  /** Appends everything that has not been read, as a block. */
  void writeRestTo(RowWriter row) {
    row.block(bytes, at, end - at);
  }

  private int count() {
    int count = (int) INT.get(bytes, at);
    at += Integer.BYTES;
    return count;
  }
}
