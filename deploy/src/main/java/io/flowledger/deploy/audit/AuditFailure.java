package io.flowledger.deploy.audit;

/** Failure of an audit that cannot be run to its end; the message says why, for people. */
public final class AuditFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AuditFailure(String message) {
    super(message);
  }

  public AuditFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
