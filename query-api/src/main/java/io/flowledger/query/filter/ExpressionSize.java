package io.flowledger.query.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Size of a regular expression when its counted repeats are written out: its characters, classes
 * and groups. RE2 does write them out, and those in one another multiply, so a few characters can
 * ask for more than there is memory. It is told from the text, before anything is compiled, and
 * where the text is no expression it is any number.
 */
final class ExpressionSize {

  private static final long MOST = 1_000_000; // more is not told apart
  private static final int MOST_DIGITS = 6;
  private static final Pattern REPEAT = Pattern.compile("\\{([0-9]+)(?:,([0-9]*))?}");

  /** Repeats after them are those of what was before them. */
  private static final Pattern NOTHING = Pattern.compile("[*+?]|\\(\\?[A-Za-z-]*\\)|\\\\Q\\\\E");

  private static final Pattern QUOTED = Pattern.compile("(?s)\\\\Q(?!\\\\E)(.*?)(?:\\\\E|\\z)");

  /** With a brace that counts nothing. */
  private static final Pattern NAMED = Pattern.compile("\\\\[pPx]\\{[^}]*}");

  private final String text;
  private final Matcher taken;
  private final Deque<Long> outside = new ArrayDeque<>();
  private long size;
  private long last;
  private int next;

  private ExpressionSize(String text) {
    this.text = text;
    this.taken = REPEAT.matcher(text);
  }

  static long of(String expression) {
    return new ExpressionSize(expression).count();
  }

  private long count() {
    while (next < text.length()) {
      if (takes(QUOTED)) {
        atom(1);
        add(taken.group(1).length());
      } else if (takes(NAMED)) {
        atom(1);
      } else if (takes(REPEAT)) {
        repeat(Math.max(number(taken.group(1)), number(taken.group(2))));
      } else if (!takes(NOTHING)) {
        character(text.charAt(next));
      }
    }
    return size;
  }

  private boolean takes(Pattern pattern) {
    taken.usePattern(pattern).region(next, text.length());
    boolean found = taken.lookingAt();
    next = found ? taken.end() : next;
    return found;
  }

  private void character(char c) {
    switch (c) {
      case '(' -> {
        outside.push(size);
        size = 0;
        next++;
      }
      case ')' -> {
        long inside = size;
        size = outside.isEmpty() ? 0 : outside.pop();
        atom(inside + 1);
        next++;
      }
      case '[' -> {
        atom(1);
        next = endOfClass();
      }
      case '\\' -> {
        atom(1);
        next += 2;
      }
      default -> {
        atom(1);
        next++;
      }
    }
  }

  private static long number(@Nullable String digits) {
    if (digits == null || digits.isEmpty()) {
      return 1;
    }
    return digits.length() > MOST_DIGITS ? MOST : Long.parseLong(digits);
  }

  private void atom(long atomSize) {
    last = atomSize;
    add(atomSize);
  }

  private void repeat(long times) {
    long once = last;
    last = Math.min(MOST, once * Math.max(1, times));
    add(last - once);
  }

  private void add(long more) {
    size = Math.min(MOST, size + more);
  }

  /** A bracket that comes first is of the class, and so is what has a name. */
  private int endOfClass() {
    int i = next + 1;
    i += text.startsWith("^", i) ? 1 : 0;
    i += text.startsWith("]", i) ? 1 : 0;
    while (i < text.length() && text.charAt(i) != ']') {
      int named = text.startsWith("[:", i) ? text.indexOf(":]", i) : -1;
      if (named >= 0) {
        i = named + 2;
      } else {
        i += text.charAt(i) == '\\' ? 2 : 1;
      }
    }
    return i + 1;
  }
}
