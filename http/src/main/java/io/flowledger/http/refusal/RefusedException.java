package io.flowledger.http.refusal;

import java.time.Duration;

/**
 * A request, or a part of one, is refused. The message is what the client reads. Part of normal
 * operation, so it has no stack trace.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final Duration wait;

  public RefusedException(Reason reason, String message) {
    this(reason, message, Duration.ZERO);
  }

  private RefusedException(Reason reason, String message, Duration wait) {
    super(message, null, false, false);
    this.reason = reason;
    this.wait = wait;
  }

  /** How long to wait before the same is tried again; zero where that is not known. */
  public Duration untilRetry() {
    return wait;
  }

  /** Why it is refused. */
  public Reason reason() {
    return reason;
  }

  public static RefusedException malformed(String message) {
    return new RefusedException(Reason.MALFORMED, message);
  }

  public static RefusedException forbidden(String message) {
    return new RefusedException(Reason.FORBIDDEN, message);
  }

  public static RefusedException unknown(String message) {
    return new RefusedException(Reason.UNKNOWN, message);
  }

  /**
   * @param what for example {@code run 7}
   */
  public static RefusedException notRegistered(String what) {
    return unknown(what + " is not registered");
  }

  public static RefusedException tooSlow(String message) {
    return new RefusedException(Reason.TOO_SLOW, message);
  }

  /**
   * @param what for example {@code run 7}
   */
  public static RefusedException existsAlready(String what) {
    return conflict(what + " exists already");
  }

  public static RefusedException conflict(String message) {
    return new RefusedException(Reason.EXISTS, message);
  }

  public static RefusedException tooLarge(String message) {
    return new RefusedException(Reason.TOO_LARGE, message);
  }

  public static RefusedException unsupported(String message) {
    return new RefusedException(Reason.UNSUPPORTED, message);
  }

  public static RefusedException otherRequest(String message) {
    return new RefusedException(Reason.OTHER_REQUEST, message);
  }

  public static RefusedException dependency(String message) {
    return new RefusedException(Reason.DEPENDENCY, message);
  }

  /**
   * @param wait until there may be one more
   */
  public static RefusedException tooMany(String message, Duration wait) {
    return new RefusedException(Reason.TOO_MANY, message, wait);
  }

  public static RefusedException unavailable(String message) {
    return new RefusedException(Reason.UNAVAILABLE, message);
  }

  /**
   * @param message without the fault itself, which is for the log
   */
  public static RefusedException fault(String message) {
    return new RefusedException(Reason.FAULT, message);
  }
}
