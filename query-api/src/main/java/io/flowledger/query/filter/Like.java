package io.flowledger.query.filter;

/** SQL's LIKE: percent is any text, underscore any character, backslash takes the next as it is. */
final class Like {

  private static final int NONE = -1;

  private Like() {}

  /** In time proportional to the lengths' product at most, whatever the pattern. */
  static boolean matches(String pattern, String of) {
    CharSequence text = new WatchedText(of, 1);
    int p = 0;
    int t = 0;
    int afterPercent = NONE;
    int retryFrom = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '%') {
        afterPercent = ++p;
        retryFrom = t;
      } else if (p < pattern.length() && matchesOne(pattern, p, text.charAt(t))) {
        p += isEscape(pattern, p) ? 2 : 1;
        t++;
      } else if (afterPercent != NONE) {
        p = afterPercent;
        t = ++retryFrom;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '%') {
      p++;
    }
    return p == pattern.length();
  }

  private static boolean matchesOne(String pattern, int at, char c) {
    if (isEscape(pattern, at)) {
      return pattern.charAt(at + 1) == c;
    }
    return pattern.charAt(at) == '_' || pattern.charAt(at) == c;
  }

  private static boolean isEscape(String pattern, int at) {
    return pattern.charAt(at) == '\\' && at + 1 < pattern.length();
  }
}
