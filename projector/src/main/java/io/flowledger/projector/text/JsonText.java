package io.flowledger.projector.text;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps} writes it, which is what Metaflow clients get from the
 * reference service: {@code ", "} and {@code ": "} between items, everything but printable ASCII
 * escaped as backslash-u and four lower-case hexadecimal digits. One byte per character, therefore.
 */
public final class JsonText {

  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text;

  public JsonText(int expectedLength) {
    this.text = new StringBuilder(expectedLength);
  }

  /** Appends text that is JSON already. */
  public JsonText raw(String json) {
    text.append(json);
    return this;
  }

  public JsonText number(long value) {
    text.append(value);
    return this;
  }

  /** Appends a string, or {@code null}. */
  public JsonText string(@Nullable String value) {
    if (value == null) {
      text.append("null");
      return this;
    }
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      escaped(value.charAt(i));
    }
    text.append('"');
    return this;
  }

  /** Appends a list of strings, or {@code null}. */
  public JsonText strings(@Nullable List<String> values) {
    if (values == null) {
      text.append("null");
      return this;
    }
    text.append('[');
    String separator = "";
    for (String value : values) {
      text.append(separator);
      string(value);
      separator = ", ";
    }
    text.append(']');
    return this;
  }

  private void escaped(char c) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      case '\b' -> text.append("\\b");
      case '\f' -> text.append("\\f");
      default -> {
        if (c >= ' ' && c <= '~') {
          text.append(c);
        } else {
          text.append("\\u");
          for (int shift = 12; shift >= 0; shift -= 4) {
            text.append(HEX.charAt(c >> shift & 0xf));
          }
        }
      }
    }
  }

  public int length() {
    return text.length();
  }

  public byte[] toBytes() {
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
