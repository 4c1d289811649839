package io.flowledger.projector.layout;

import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.projector.text.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Puts the parts of a key together. */
public final class KeyBuilder {

  /** Ends what is there as a whole. */
  static final byte END = 0;

  /** Ends a value that goes on. */
  static final byte CUT = (byte) 0xff;

  private static final int LONGEST_VALUE = 64;

  private ByteBuffer bytes = ByteBuffer.allocate(64);

  KeyBuilder kind(char kind) {
    room(1).put((byte) kind);
    return this;
  }

  public KeyBuilder number(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  public KeyBuilder descending(long value) {
    return number(~value);
  }

  KeyBuilder place(Cursor.ByNumber place) {
    return descending(place.tsEpoch()).descending(place.number());
  }

  public KeyBuilder name(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    room(utf8.length + 1).put(utf8).put(END);
    return this;
  }

  KeyBuilder descendingName(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer target = room(utf8.length + 1);
    for (byte b : utf8) {
      target.put((byte) ~b);
    }
    target.put((byte) ~END);
    return this;
  }

  public KeyBuilder name(Utf8 name) {
    room(name.length() + 1).put(name.bytes(), name.offset(), name.length()).put(END);
    return this;
  }

  public KeyBuilder value(Utf8 value) {
    int length = keptLength(value);
    room(length + 1)
        .put(value.bytes(), value.offset(), length)
        .put(length == value.length() ? END : CUT);
    return this;
  }

  public KeyBuilder value(IndexedValue value) {
    byte[] utf8 = value.text().getBytes(StandardCharsets.UTF_8);
    room(utf8.length + 1).put(utf8).put(value.whole() ? END : CUT);
    return this;
  }

  private static int keptLength(Utf8 value) {
    byte[] utf8 = value.bytes();
    int start = value.offset();
    int length = value.length();
    if (length > LONGEST_VALUE) {
      length = LONGEST_VALUE;
      while (isInsideCharacter(utf8[start + length])) {
        length--;
      }
    }
    for (int i = 0; i < length; i++) {
      if (utf8[start + i] == END) {
        return i;
      }
    }
    return length;
  }

  private static boolean isInsideCharacter(byte utf8) {
    return (utf8 & 0xc0) == 0x80;
  }

  /** Drops what is behind a place in the key, for another key that begins the same. */
  public KeyBuilder backTo(int length) {
    bytes.position(length);
    return this;
  }

  private ByteBuffer room(int length) {
    if (bytes.remaining() < length) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(bytes.capacity() * 2, bytes.position() + length));
      bytes = larger.put(bytes.flip());
    }
    return bytes;
  }

  public int length() {
    return bytes.position();
  }

  /** The memory that begins with the key, {@link #length} bytes of it, until more is added. */
  public byte[] memory() {
    return bytes.array();
  }

  public byte[] bytes() {
    byte[] key = new byte[bytes.position()];
    bytes.get(0, key);
    return key;
  }
}
