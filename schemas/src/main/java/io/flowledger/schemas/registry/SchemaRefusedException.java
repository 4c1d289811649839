package io.flowledger.schemas.registry;

/** A registry has been reached, and does not take a schema. */
public final class SchemaRefusedException extends SchemaRegistry.SchemaRegistryException {
  private static final long serialVersionUID = 1L;

  /** Why a schema is not taken. */
  public enum Reason {
    /** It contradicts a version that the subject has. */
    INCOMPATIBLE,
    /** Nothing may be written under the subject. */
    READ_ONLY,
    /** No record of the registry can hold it. */
    TOO_LARGE,
    /** Who reads it gets another one. */
    UNREADABLE
  }

  private final Reason reason;

  public SchemaRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
