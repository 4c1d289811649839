package io.flowledger.http.connection;

/**
 * It is in doubt where a request ends, or what it says, or its head is too large to be read: it is
 * refused, and nothing that follows it on its connection is read. The message is what the client
 * reads.
 */
public final class FramingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Fault {
    IN_DOUBT,
    LONG_LINE,
    LARGE_HEADERS
  }

  private final Fault fault;

  FramingException(String message) {
    this(Fault.IN_DOUBT, message);
  }

  FramingException(Fault fault, String message) {
    super(message, null, false, false);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
