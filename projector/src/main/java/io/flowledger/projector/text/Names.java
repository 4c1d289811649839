package io.flowledger.projector.text;

import java.util.Comparator;

/** The order of names in views. */
public final class Names {

  /** That of their UTF-8, which is the order of code points and not that of UTF-16. */
  public static final Comparator<String> BY_CODE_POINT = Names::compare;

  private Names() {}

  private static int compare(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char ofA = a.charAt(i);
      char ofB = b.charAt(i);
      if (ofA != ofB) {
        // A surrogate is part of a code point above all that one character can stand for.
        boolean surrogate = Character.isSurrogate(ofA);
        return surrogate == Character.isSurrogate(ofB)
            ? Character.compare(ofA, ofB)
            : surrogate ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
