package io.flowledger.projector;

/** JSON as a test can be read with it: single quotes stand for double ones. */
public final class QuotedJson {

  private QuotedJson() {}

  /** The text with its quotes as JSON has them. */
  public static String json(String quoted) {
    return quoted.replace('\'', '"');
  }
}
