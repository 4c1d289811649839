package io.flowledger.deploy.cli.migrate.history;

/** Where a task is, by numbers. */
public record TaskPath(String flowId, long run, String step, long task) {

  @Override
  public String toString() {
    return "%s/%d/%s/%d".formatted(flowId, run, step, task);
  }
}
