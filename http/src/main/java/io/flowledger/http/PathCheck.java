package io.flowledger.http;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.flowledger.http.refusal.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses paths that a router would read in more than one way: what is no route though a normalised
 * form of it is one, and escapes that are no text, those of queries too.
 */
final class PathCheck {

  private static final int HEX = 16;
  private static final int MOST_SHOWN = 100;
  private static final Pattern UNRESERVED =
      Pattern.compile(
          "%(?:4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9ae]|3[0-9]|2[de]|5f)", CASE_INSENSITIVE);

  private PathCheck() {}

  /**
   * @param path as sent, before the query
   * @param normalised the path that decides about the route; asked for where escapes are whole
   * @throws RefusedException 400 or 404
   */
  static void check(String path, Supplier<String> normalised) {
    if (path.contains("//") || (path.endsWith("/") && path.length() > 1)) {
      throw RefusedException.unknown("there is no route " + path);
    }
    if (path.indexOf('%') >= 0) {
      checkEscapes(path);
    }
    String routed = normalised.get();
    // Only escapes of letters and the like may have gone, no segment.
    if (!routed.equals(path) && !unescaped(path).equals(unescaped(routed))) {
      throw RefusedException.unknown("there is no route " + path);
    }
  }

  /** Without the escapes of what need not be escaped, RFC 3986 section 2.3. */
  private static String unescaped(String path) {
    return UNRESERVED
        .matcher(path)
        .replaceAll(
            escape ->
                Character.toString((char) Integer.parseInt(escape.group().substring(1), HEX)));
  }

  private static void checkEscapes(String path) {
    byte[] bytes = unescape(path, "the path");
    for (byte b : bytes) {
      if (b == 0) {
        throw RefusedException.malformed("the path contains a NUL character");
      }
    }
  }

  /**
   * Refuses parameters that are no text, which whoever decodes them would replace by another one.
   *
   * @param query as sent, without the question mark; null where there is none
   * @throws RefusedException 400 that names the parameter
   */
  static void checkQuery(@Nullable String query) {
    if (query == null || query.indexOf('%') < 0) {
      return;
    }
    for (String parameter : query.split("&")) {
      if (parameter.indexOf('%') >= 0) {
        unescape(parameter, "the parameter " + shortened(parameter));
      }
    }
  }

  private static String shortened(String parameter) {
    return parameter.length() <= MOST_SHOWN
        ? parameter
        : parameter.substring(0, MOST_SHOWN) + "...";
  }

  /**
   * The bytes that are escaped.
   *
   * @param where for messages
   */
  private static byte[] unescape(String text, String where) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '%') {
        bytes.write(text.charAt(i));
        continue;
      }
      boolean whole = i + 2 < text.length();
      int high = whole ? Character.digit(text.charAt(i + 1), HEX) : -1;
      int low = whole ? Character.digit(text.charAt(i + 2), HEX) : -1;
      if (high < 0 || low < 0) {
        throw RefusedException.malformed(where + " contains a percent sign that escapes nothing");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    byte[] unescaped = bytes.toByteArray();
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(unescaped));
    } catch (CharacterCodingException e) {
      throw RefusedException.malformed(where + " contains escapes that are not UTF-8");
    }
    return unescaped;
  }
}
