package io.flowledger.http.access;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which flows a grant is for, by their names: {@code *} stands for any characters, everything else
 * for itself.
 */
public final class FlowPattern {

  /** All flows. */
  public static final FlowPattern ALL = new FlowPattern("*");

  private static final String ANY = "*";
  private static final int MOST_CHARACTERS = 255;
  private static final int MOST_STARS = 3; // so that no name takes long to be compared

  private final String text;
  private final Pattern pattern;

  private FlowPattern(String text) {
    this.text = text;
    this.pattern =
        Pattern.compile(
            Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
            Pattern.DOTALL);
  }

  /**
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public static FlowPattern parse(String text) {
    if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("a pattern of flows has 1 to 255 characters");
    }
    if (text.chars().filter(c -> c == ANY.charAt(0)).count() > MOST_STARS) {
      throw new IllegalArgumentException(
          "a pattern of flows has %d * at most, not '%s'".formatted(MOST_STARS, text));
    }
    if (text.chars().anyMatch(c -> c == ',' || c == ':' || c <= ' ' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "a pattern of flows has no blanks, commas or colons, not '%s'".formatted(text));
    }
    return text.equals(ANY) ? ALL : new FlowPattern(text);
  }

  boolean isAll() {
    return this == ALL;
  }

  boolean matches(String flowId) {
    return isAll() || pattern.matcher(flowId).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
