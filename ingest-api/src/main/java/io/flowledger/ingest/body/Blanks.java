package io.flowledger.ingest.body;

/** What may stand between values of JSON and means nothing (RFC 8259, section 2); no other byte. */
public final class Blanks {

  private Blanks() {}

  /** Whether a byte is a space, a tab or the end of a line. */
  public static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
