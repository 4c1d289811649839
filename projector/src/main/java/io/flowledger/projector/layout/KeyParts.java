package io.flowledger.projector.layout;

import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.IndexedValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the parts of a key that follow a prefix, in their order. */
public final class KeyParts {
  private final ByteBuffer bytes;

  public KeyParts(byte[] key, int prefixLength) {
    this.bytes = ByteBuffer.wrap(key).position(prefixLength);
  }

  public long number() {
    return bytes.getLong();
  }

  public long descending() {
    return ~bytes.getLong();
  }

  public int attempt() {
    return (int) (descending() ^ Long.MIN_VALUE);
  }

  public Cursor.ByNumber place() {
    return new Cursor.ByNumber(descending(), descending());
  }

  String name() {
    return name((byte) 0);
  }

  String descendingName() {
    return name((byte) 0xff);
  }

  /** A value and the run behind it. */
  public IndexedValue indexedValue() {
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
