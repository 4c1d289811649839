package io.flowledger.schemas;

/**
 * How a path or a body names a run or a task: by the number that the service gave it, or by the
 * name that a scheduler gave it. Decimal ASCII digits only are a number, anything else is a name.
 */
public sealed interface Identifier {

  /** A number; one beyond 64 bits is {@link Long#MAX_VALUE}, which no object has. */
  record Number(long value) implements Identifier {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /** A name that a scheduler gave. */
  record Name(String value) implements Identifier {
    @Override
    public String toString() {
      return value;
    }
  }

  static Identifier parse(String text) {
    return isNumber(text) ? new Number(parseNumber(text)) : new Name(text);
  }

  /** Whether the text is decimal ASCII digits only. */
  static boolean isNumber(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return true;
  }

  private static long parseNumber(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException beyond64Bits) {
      return Long.MAX_VALUE;
    }
  }
}
