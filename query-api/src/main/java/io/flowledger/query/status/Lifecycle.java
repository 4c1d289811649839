package io.flowledger.query.status;

/** States of a run or a task. */
public enum Lifecycle {
  /** Registered, and nothing has begun. */
  PENDING("pending"),
  RUNNING("running"),
  COMPLETED("completed"),
  FAILED("failed"),
  /** Begun and gone: it says neither how it ended nor that it is alive. */
  KILLED_OR_LOST("killed-or-lost");

  private final String label;

  Lifecycle(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  boolean isOver() {
    return this != PENDING && this != RUNNING;
  }
}
