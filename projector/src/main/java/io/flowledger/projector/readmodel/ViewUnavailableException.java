package io.flowledger.projector.readmodel;

/** A view cannot be read here now: it is restoring, moving, elsewhere, or too far behind. */
public final class ViewUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ViewUnavailableException(String message) {
    super(message, null, false, false);
  }
}
