package io.flowledger.deploy.copy;

/** A log cannot be copied; the message says to its user why, and what to do. */
public final class CopyFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CopyFailure(String message) {
    super(message);
  }

  public CopyFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
