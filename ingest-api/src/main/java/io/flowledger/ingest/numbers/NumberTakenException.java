package io.flowledger.ingest.numbers;

/**
 * Somebody who appends to the log themselves has used a number that a sequence has given later. The
 * object was not made; with another number it can be.
 */
public final class NumberTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NumberTakenException(String what) {
    super(what + " has the number of something else", null, false, false);
  }
}
