package io.flowledger.deploy.registry;

import io.flowledger.schemas.registry.SchemaRefusedException;

/** A refusal with the status, code and words of Confluent's registry. */
final class RegistryError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int PER_STATUS = 100;

  private final int code;

  /**
   * @param code HTTP status, or that times 100 plus a number
   */
  private RegistryError(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }

  int status() {
    return code < PER_STATUS * 10 ? code : code / PER_STATUS;
  }

  static RegistryError forbidden(String why) {
    return new RegistryError(40301, why);
  }

  /** What has been refused before it came to the registry, in its shape. */
  static RegistryError refused(int status, String message) {
    return new RegistryError(status, message);
  }

  static RegistryError noRoute() {
    return new RegistryError(404, "HTTP 404 Not Found");
  }

  static RegistryError wrongMethod() {
    return new RegistryError(405, "HTTP 405 Method Not Allowed");
  }

  static RegistryError noSubject(String subject) {
    return new RegistryError(40401, "Subject '%s' not found.".formatted(subject));
  }

  static RegistryError noVersion(String version) {
    return new RegistryError(40402, "Version %s not found.".formatted(version));
  }

  static RegistryError noSchema() {
    return new RegistryError(40403, "Schema not found");
  }

  static RegistryError noSchema(String id) {
    return new RegistryError(40403, "Schema %s not found".formatted(id));
  }

  static RegistryError noCompatibility(String subject) {
    return new RegistryError(
        40408,
        "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
  }

  static RegistryError noMode(String subject) {
    return new RegistryError(
        40409, "Subject '%s' does not have subject-level mode configured".formatted(subject));
  }

  static RegistryError malformed(String what) {
    return new RegistryError(400, what);
  }

  static RegistryError invalidSchema(String why) {
    return new RegistryError(42201, "Invalid schema: " + why);
  }

  static RegistryError invalidVersion(String version) {
    return new RegistryError(
        42202,
        ("The specified version '%s' is not a valid version id. Allowed values are between"
                + " [1, 2^31-1] and the string \"latest\"")
            .formatted(version));
  }

  static RegistryError invalidCompatibility() {
    return new RegistryError(
        42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full,"
            + " backward_transitive, forward_transitive, and full_transitive");
  }

  static RegistryError notPermitted(String why) {
    return new RegistryError(42205, why);
  }

  static RegistryError invalidSubject(String subject) {
    return new RegistryError(
        42208, "The specified subject '%s' is not a valid.".formatted(subject));
  }

  static RegistryError tooLarge(int limit) {
    return new RegistryError(413, "the body is larger than %d bytes".formatted(limit));
  }

  static RegistryError store(String why) {
    return new RegistryError(50001, "Error in the backend data store: " + why);
  }

  static RegistryError overloaded() {
    return new RegistryError(503, "too many requests are waiting for the registry");
  }

  static RegistryError of(SchemaRefusedException refused) {
    int code =
        switch (refused.reason()) {
          case INCOMPATIBLE -> 40901;
          case READ_ONLY -> 42205;
          case TOO_LARGE -> 42209;
          case UNREADABLE -> 42201;
        };
    return new RegistryError(code, String.valueOf(refused.getMessage()));
  }
}
