package io.flowledger.deploy.cli.migrate.history;

/** Kinds of rows, in the order in which people think of them. */
public enum Kind {
  FLOW("flows"),
  RUN("runs"),
  STEP("steps"),
  TASK("tasks"),
  METADATA("metadata"),
  ARTIFACT("artifacts");

  private final String plural;

  Kind(String plural) {
    this.plural = plural;
  }

  public String plural() {
    return plural;
  }
}
