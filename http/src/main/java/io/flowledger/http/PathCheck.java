package io.flowledger.http;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.flowledger.http.refusal.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Refuses paths that a router would read in more than one way: what is no route though a normalised
 * form of it is one, and escapes that are no text.
 */
final class PathCheck {

  private static final int HEX = 16;
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
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) != '%') {
        bytes.write(path.charAt(i));
        continue;
      }
      boolean whole = i + 2 < path.length();
      int high = whole ? Character.digit(path.charAt(i + 1), HEX) : -1;
      int low = whole ? Character.digit(path.charAt(i + 2), HEX) : -1;
      if (high < 0 || low < 0) {
        throw malformed("a percent sign that escapes nothing");
      }
      if (high == 0 && low == 0) {
        throw malformed("a NUL character");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
    } catch (CharacterCodingException e) {
      throw malformed("escapes that are not UTF-8");
    }
  }

  private static RefusedException malformed(String what) {
    return RefusedException.malformed("the path contains " + what);
  }
}
