package io.flowledger.ingest.write;

import io.flowledger.schemas.Identifier;

/**
 * Where a task is, as a request names it.
 *
 * @param run as in the request
 * @param task as in the request
 */
public record TaskPath(String flowId, Identifier run, String stepName, Identifier task) {
  @Override
  public String toString() {
    return "task " + flowId + "/" + run + "/" + stepName + "/" + task;
  }
}
