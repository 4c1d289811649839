package io.flowledger.projector.row;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of a row one after another: numbers big-endian in 8 bytes, lengths and counts
 * in 4, texts as a length and UTF-8, lists of texts as a count and the texts. A length or count of
 * -1 stands for null. {@link RowReader} is the inverse.
 */
final class RowWriter {

  static final int NULL = -1;

  private byte[] bytes;
  private int length;

  RowWriter(int expectedBytes) {
    this.bytes = new byte[expectedBytes];
  }

  RowWriter number(long value) {
    room(Long.BYTES);
    RowReader.LONG.set(bytes, length, value);
    length += Long.BYTES;
    return this;
  }

  RowWriter text(@Nullable String text) {
    return text == null ? count(NULL) : block(text.getBytes(StandardCharsets.UTF_8));
  }

  RowWriter texts(@Nullable List<String> texts) {
    if (texts == null) {
      return count(NULL);
    }
    count(texts.size());
    for (String text : texts) {
      text(text);
    }
    return this;
  }

  /** A length and the bytes. */
  RowWriter block(byte[] block) {
    return block(block, 0, block.length);
  }

  RowWriter block(byte[] source, int offset, int blockLength) {
    count(blockLength);
    room(blockLength);
    System.arraycopy(source, offset, bytes, length, blockLength);
    length += blockLength;
    return this;
  }

  /** Starts a block whose length {@link #endBlock} fills in. */
  int startBlock() {
    count(0);
    return length;
  }

  /**
   * @param start what {@link #startBlock} gave
   */
  void endBlock(int start) {
    RowReader.INT.set(bytes, start - Integer.BYTES, length - start);
  }

  private RowWriter count(int value) {
    room(Integer.BYTES);
    RowReader.INT.set(bytes, length, value);
    length += Integer.BYTES;
    return this;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }
}
