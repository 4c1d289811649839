package io.flowledger.deploy.cli;

/**
 * Failure of a command to do what it was told to; the message says to its user why, and what to do.
 */
public class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public static CommandFailure failed(String message) {
    return new CommandFailure(ExitCodes.FAILED, message);
  }

  public static CommandFailure misused(String message) {
    return new CommandFailure(ExitCodes.USAGE, message);
  }

  static CommandFailure notFound(String message) {
    return new CommandFailure(ExitCodes.NOT_FOUND, message);
  }

  /** Nobody reads on: the command ends, and there is nothing to say. */
  public static CommandFailure unread() {
    return new Unread();
  }

  /** The status that the command exits with. */
  int exitCode() {
    return exitCode;
  }

  /** Nobody reads what the command writes. */
  static final class Unread extends CommandFailure {
    private static final long serialVersionUID = 1L;

    Unread() {
      super(ExitCodes.FINE, "nobody reads on");
    }
  }

  /** The server does not answer now, but may later. */
  public static final class Unavailable extends CommandFailure {
    private static final long serialVersionUID = 1L;

    Unavailable(String message) {
      super(ExitCodes.FAILED, message);
    }
  }
}
