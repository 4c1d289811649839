package io.flowledger.bench;

/** Failure of a benchmark that cannot go on; the message says to its user why. */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BenchException(String message) {
    super(message);
  }

  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
