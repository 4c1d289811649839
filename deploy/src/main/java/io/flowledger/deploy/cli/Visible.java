package io.flowledger.deploy.cli;

/**
 * Text from elsewhere as a terminal may have it. Tags and values are what anybody has sent: control
 * characters would move the cursor, colour the screen, or break the lines of a table.
 */
public final class Visible {

  private static final int LONG = 80;
  private static final String CUT = "...";

  private Visible() {}

  /** All of it, on one line. */
  public static String all(String text) {
    StringBuilder visible = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> visible.append("\\n");
                case '\r' -> visible.append("\\r");
                case '\t' -> visible.append("\\t");
                default -> {
                  if (harmless(c)) {
                    visible.appendCodePoint(c);
                  } else {
                    visible.append("\\u%04x".formatted(c));
                  }
                }
              }
            });
    return visible.toString();
  }

  /** Not more of it than fits on a line beside other things. */
  public static String shortened(String text) {
    int characters = text.codePointCount(0, text.length());
    return characters <= LONG
        ? all(text)
        : all(text.substring(0, text.offsetByCodePoints(0, LONG - CUT.length()))) + CUT;
  }

  private static boolean harmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
