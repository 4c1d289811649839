package io.flowledger.ingest.body;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.DotName;

/** What no name or text of a request may be. */
public final class NameCheck {

  private NameCheck() {}

  /**
   * @param what the name is, for the message
   * @throws RefusedException 400
   */
  public static String name(String name, String what, Limits limits) {
    if (name.codePointCount(0, name.length()) > limits.maxNameLength()) {
      throw RefusedException.malformed(
          "%s is longer than %d characters".formatted(what, limits.maxNameLength()));
    }
    return characters(name, what);
  }

  /**
   * A name that paths have.
   *
   * @param what the name is, for the message
   * @throws RefusedException 400
   */
  public static String inPath(String name, String what, Limits limits) {
    if (name.isEmpty()) {
      throw RefusedException.malformed(what + " must not be empty");
    }
    if (DotName.is(name)) {
      throw RefusedException.malformed(
          "%s must not be '%s': no URL can have it in its path".formatted(what, name));
    }
    return name(name, what, limits);
  }

  /**
   * Refuses NUL characters and unpaired surrogates: no store keeps them unchanged.
   *
   * @throws RefusedException 400
   */
  static String characters(String text, String what) {
    int nul = text.indexOf(0);
    int half = halfOfAPair(text);
    if (nul >= 0 && (half < 0 || nul < half)) {
      throw RefusedException.malformed(what + " contains a NUL character");
    }
    return refuseHalf(half, text, what);
  }

  /**
   * Refuses unpaired surrogates only.
   *
   * @param what is told in words when it is refused
   * @throws RefusedException 400
   */
  public static String pairs(String text, Object what) {
    return refuseHalf(halfOfAPair(text), text, what);
  }

  private static String refuseHalf(int half, String text, Object what) {
    if (half >= 0) {
      throw RefusedException.malformed(what + " contains half of a surrogate pair");
    }
    return text;
  }

  /** Where the first unpaired surrogate is; -1 where there is none. */
  private static int halfOfAPair(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
