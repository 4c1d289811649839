package io.flowledger.http;

/**
 * How much memory a body of JSON takes when it is taken apart, beyond its bytes: as much as its
 * values have heads, and lists and objects have room. Found by one look at its bytes, so that it is
 * known before there is any of it.
 */
final class JsonCost {

  /** The head of a string, that of its bytes, and the reference to it. */
  private static final int VALUE_BYTES = 48;

  private JsonCost() {}

  /** An upper bound, in bytes. Of what is not JSON it says nothing of use. */
  static long of(byte[] json) {
    long values = 0;
    boolean text = false;
    for (int i = 0; i < json.length; i++) {
      byte b = json[i];
      if (b == '"') {
        text = !text;
      } else if (text) {
        i += b == '\\' ? 1 : 0;
      } else if (b == ',' || b == '[' || b == '{') {
        values++;
      }
    }
    return values * VALUE_BYTES;
  }
}
