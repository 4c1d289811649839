package io.flowledger.projector.text;

import java.nio.charset.StandardCharsets;

/** Text in UTF-8, where it lies. */
public record Utf8(byte[] bytes, int offset, int length) {

  public static Utf8 of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Utf8(bytes, 0, bytes.length);
  }
}
