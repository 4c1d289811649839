package io.flowledger.http.connection;

/**
 * It is in doubt where a request ends, or what it says: it is refused, and nothing that follows it
 * on its connection is read. The message is what the client reads.
 */
public final class FramingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  FramingException(String message) {
    super(message, null, false, false);
  }
}
