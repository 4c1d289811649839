package io.flowledger.deploy.conformance;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The placeholders of a file of the corpus, and the values that they have got so far.
 *
 * <ul>
 *   <li>In answers, {@code <ms>} is a time in milliseconds, of 13 digits, and {@code <s>} one in
 *       seconds, of 10. {@code <ms name>} and {@code <s name>} keep the value that they meet first,
 *       and are that value from then on, in answers and in requests.
 *   <li>{@code <text*3>} is {@code texttexttext}, everywhere.
 *   <li>{@code <0xff>} is that byte, in the body of a request. All else there is UTF-8.
 *   <li>{@code <next>} is the X-Next-Cursor that the last answer with one had, escaped for a query,
 *       and {@code <cursor text>} is the text in Base64, escaped likewise: in the first line of a
 *       request.
 *   <li>{@code <message>} is the whole body of an error: {@code {"message": "..."}}, whatever the
 *       message says. {@link ConformanceTest} has an option to print what it does say.
 * </ul>
 */
final class ConformancePlaceholders {
  private static final Pattern REPEAT = Pattern.compile("<([^<>*]+)\\*([0-9]+)>");
  private static final Pattern BYTE = Pattern.compile("<0x([0-9a-f]{2})>");
  private static final Pattern CURSOR = Pattern.compile("<cursor (.*?)>");
  private static final Pattern TIME = Pattern.compile("<(ms|s)( [^<>]+)?>");
  private static final Pattern ERROR =
      Pattern.compile(
          "\\{\"message\": \"((?=[^\"])[^\"\\\\\\p{Cntrl}]*(?:\\\\.[^\"\\\\\\p{Cntrl}]*)*)\"\\}");

  private static final String MESSAGE = "<message>";
  private static final int EXCERPT = 80;

  private final Map<String, String> times = new HashMap<>();
  private String next = "";

  /** What to send for the target of a request. */
  String target(String text) {
    String filled = knownTimes(text).replace("<next>", escape(next));
    filled = CURSOR.matcher(filled).replaceAll(found -> quote(escape(base64(found.group(1)))));
    return repeated(filled);
  }

  /** What to send for the body of a request. */
  byte[] body(String text) {
    String filled = repeated(knownTimes(text));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher matcher = BYTE.matcher(filled);
    int end = 0;
    while (matcher.find()) {
      bytes.writeBytes(filled.substring(end, matcher.start()).getBytes(StandardCharsets.UTF_8));
      bytes.write(Integer.parseInt(matcher.group(1), 16));
      end = matcher.end();
    }
    bytes.writeBytes(filled.substring(end).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  /** Takes note of the cursor of an answer. */
  void next(String cursor) {
    next = cursor;
  }

  /** Whether any message is allowed. */
  static boolean isMessage(String expected) {
    return expected.equals(MESSAGE);
  }

  /** Where and how a header or a body is not what it should be; empty if it is. */
  Optional<String> mismatch(String expected, String actual) {
    if (isMessage(expected)) {
      return ERROR.matcher(actual).matches()
          ? Optional.empty()
          : Optional.of("not an error with a message: " + excerpt(actual, 0));
    }
    if (expected.startsWith("<cursor ") && expected.endsWith(">")) {
      return cursorMismatch(expected.substring("<cursor ".length(), expected.length() - 1), actual);
    }
    return textMismatch(repeated(expected), actual);
  }

  private Optional<String> cursorMismatch(String expected, String actual) {
    try {
      String decoded = new String(Base64.getDecoder().decode(actual), StandardCharsets.ISO_8859_1);
      return textMismatch(repeated(expected), decoded);
    } catch (IllegalArgumentException e) {
      return Optional.of("not Base64: " + actual);
    }
  }

  /** Literal text and times have lengths that are known, so that one pass decides. */
  private Optional<String> textMismatch(String expected, String actual) {
    Matcher time = TIME.matcher(expected);
    int from = 0;
    int at = 0;
    while (time.find()) {
      String literal = expected.substring(from, time.start());
      if (!actual.startsWith(literal, at)) {
        return Optional.of(difference(literal, actual, at));
      }
      at += literal.length();
      int digits = time.group(1).equals("ms") ? 13 : 10;
      if (!isNumber(actual, at, digits)) {
        return Optional.of(
            "at byte " + at + ": expected " + time.group() + ", got " + excerpt(actual, at));
      }
      String value = actual.substring(at, at + digits);
      if (time.group(2) != null) {
        String known = times.putIfAbsent(time.group(), value);
        if (known != null && !known.equals(value)) {
          return Optional.of(
              "at byte " + at + ": " + time.group() + " was " + known + ", is " + value);
        }
      }
      at += digits;
      from = time.end();
    }
    String literal = expected.substring(from);
    return actual.substring(at).equals(literal)
        ? Optional.empty()
        : Optional.of(difference(literal, actual, at));
  }

  private static boolean isNumber(String text, int from, int digits) {
    int end = from;
    while (end < text.length() && Character.digit(text.charAt(end), 10) >= 0) {
      end++;
    }
    return end - from == digits;
  }

  private static String difference(String literal, String actual, int from) {
    int same = 0;
    while (same < literal.length()
        && from + same < actual.length()
        && literal.charAt(same) == actual.charAt(from + same)) {
      same++;
    }
    return "at byte "
        + (from + same)
        + ": expected "
        + excerpt(literal, same)
        + ", got "
        + excerpt(actual, from + same);
  }

  private static String excerpt(String text, int from) {
    return from >= text.length()
        ? "the end"
        : "`" + text.substring(from, Math.min(text.length(), from + EXCERPT)) + "`";
  }

  private String knownTimes(String text) {
    return TIME.matcher(text).replaceAll(this::knownTime);
  }

  private String knownTime(MatchResult found) {
    String value = times.get(found.group());
    if (value == null) {
      throw new IllegalStateException("no answer has had " + found.group() + " yet");
    }
    return value;
  }

  private static String repeated(String text) {
    return REPEAT
        .matcher(text)
        .replaceAll(found -> quote(found.group(1).repeat(Integer.parseInt(found.group(2)))));
  }

  private static String quote(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
