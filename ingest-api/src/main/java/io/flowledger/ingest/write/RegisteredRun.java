package io.flowledger.ingest.write;

import io.flowledger.schemas.Identifier;

/**
 * A run that is there.
 *
 * @param run as the request names it
 */
public record RegisteredRun(String flowId, Identifier run, long number) {
  @Override
  public String toString() {
    return flowId + "/" + run;
  }
}
