package io.flowledger.deploy.it.docs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a document shows that a command prints, as a form: numbers, hashes and times may differ. */
final class Shown {

  /** What is left out, hashes, durations, numbers, folds of a line, and spaces, in this order. */
  private static final Pattern UNSTABLE =
      Pattern.compile(
          "(?<gap>\\s*[A-Za-z0-9]*\\.\\.\\.\\s*)"
              + "|(?<hash>\\b(?=[a-f]*\\d)[0-9a-f]{6,}\\b)"
              + "|(?<duration>\\b(?:\\d+m \\d\\ds|\\d+(?:\\.\\d+)? m?s)\\b)"
              + "|(?<number>\\d[\\d,]*)"
              + "|(?<fold>\\s*\\n\\s*)"
              + "|(?<space>\\s+)");

  private Shown() {}

  /** Matches what is of the same form. */
  static Pattern pattern(String shown) {
    StringBuilder pattern = new StringBuilder();
    Matcher matcher = UNSTABLE.matcher(shown.strip());
    int done = 0;
    while (matcher.find()) {
      pattern.append(quoted(shown.strip(), done, matcher.start()));
      done = matcher.end();
      pattern.append(form(matcher));
    }
    pattern.append(quoted(shown.strip(), done, shown.strip().length()));
    return Pattern.compile(pattern.toString());
  }

  private static String form(Matcher unstable) {
    if (unstable.group("gap") != null) {
      return "(?s:.*)";
    }
    if (unstable.group("hash") != null) {
      return "[0-9a-f]+";
    }
    if (unstable.group("duration") != null) {
      return "(?:\\d+m \\d\\ds|\\d+(?:\\.\\d+)? m?s)";
    }
    if (unstable.group("number") != null) {
      return "\\d[\\d,]*";
    }
    return unstable.group("fold") == null ? "\\s+" : "\\s*";
  }

  private static String quoted(String text, int from, int to) {
    return from == to ? "" : Pattern.quote(text.substring(from, to));
  }
}
