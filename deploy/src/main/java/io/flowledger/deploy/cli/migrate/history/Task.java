package io.flowledger.deploy.cli.migrate.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task as another store has it.
 *
 * @param taskName name that a scheduler gave it, or its number within its run
 * @param tsEpoch epoch milliseconds
 * @param heartbeat epoch seconds of the last one
 */
public record Task(
    TaskPath path,
    @Nullable String taskName,
    @Nullable String userName,
    long tsEpoch,
    @Nullable List<String> tags,
    @Nullable List<String> systemTags,
    @Nullable Long heartbeat) {

  /** By what clients call it. */
  public String shownId() {
    return taskName != null ? taskName : Long.toString(path.task());
  }
}
