package io.flowledger.deploy.cli.migrate.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as another store has it.
 *
 * @param runId name that a scheduler gave it
 * @param tsEpoch epoch milliseconds
 * @param heartbeat epoch seconds of the last one
 */
public record Run(
    String flowId,
    long number,
    @Nullable String runId,
    @Nullable String userName,
    long tsEpoch,
    List<String> tags,
    List<String> systemTags,
    @Nullable Long heartbeat) {

  /** By what clients call it. */
  public String shownId() {
    return runId != null ? runId : Long.toString(number);
  }
}
