package io.flowledger.projector.text;

/** Where rendered bytes go. */
@FunctionalInterface
public interface Sink {
  void write(byte[] bytes, int offset, int length);

  default void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }
}
