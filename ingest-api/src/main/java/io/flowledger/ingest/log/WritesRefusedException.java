package io.flowledger.ingest.log;

/** An append was not tried, since nothing is to be appended now; the message says why. */
final class WritesRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WritesRefusedException(String reason) {
    super(reason, null, false, false);
  }
}
