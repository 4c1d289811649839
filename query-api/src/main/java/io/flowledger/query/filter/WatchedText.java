package io.flowledger.query.filter;

import io.flowledger.projector.readmodel.Patience;

/**
 * A text that is compared with a pattern. Now and then whoever reads it is asked whether that is
 * still waited for: to compare a long text with a large pattern may take minutes.
 */
final class WatchedText implements CharSequence {

  private static final int CHARACTERS = 256; // read between two questions

  private final CharSequence text;
  private final long steps;
  private int read;

  /**
   * @param steps of work that a character takes
   */
  WatchedText(CharSequence text, int steps) {
    this.text = text;
    this.steps = (long) CHARACTERS * steps;
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++read == CHARACTERS) {
      read = 0;
      Patience.check(steps);
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
