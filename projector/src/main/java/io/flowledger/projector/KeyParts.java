package io.flowledger.projector;

import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.IndexedValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the parts of a key that follow a prefix, in their order. */
final class KeyParts {
  private final ByteBuffer bytes;

  KeyParts(byte[] key, int prefixLength) {
    this.bytes = ByteBuffer.wrap(key).position(prefixLength);
  }

  long number() {
    return bytes.getLong();
  }

  long descending() {
    return ~bytes.getLong();
  }

  int attempt() {
    return (int) (descending() ^ Long.MIN_VALUE);
  }

  Cursor.ByNumber place() {
    return new Cursor.ByNumber(descending(), descending());
  }

  String name() {
    return name((byte) 0);
  }

  String descendingName() {
    return name((byte) 0xff);
  }

  /** A value and the run behind it. */
  IndexedValue indexedValue() {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    byte b = bytes.get();
    for (; b != KeyBuilder.END && b != KeyBuilder.CUT; b = bytes.get()) {
      value.write(b);
    }
    return new IndexedValue(
        value.toString(StandardCharsets.UTF_8), b == KeyBuilder.END, descending());
  }

  private String name(byte mask) {
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    for (byte b = bytes.get(); (byte) (b ^ mask) != KeyBuilder.END; b = bytes.get()) {
      name.write(b ^ mask);
    }
    return name.toString(StandardCharsets.UTF_8);
  }
}
