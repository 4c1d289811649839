package io.flowledger.projector.readmodel;

/** A past state cannot be had, since too many events would have to be replayed. */
public final class TooMuchHistoryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TooMuchHistoryException(String message) {
    super(message);
  }
}
