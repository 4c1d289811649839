package io.flowledger.projector.row;

/** Where a run stands, as the API names it. */
public enum RunStatus {
  RUNNING("running"),
  COMPLETED("completed"),
  FAILED("failed");

  private final String label;

  RunStatus(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
