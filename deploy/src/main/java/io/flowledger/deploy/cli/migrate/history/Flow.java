package io.flowledger.deploy.cli.migrate.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A flow as another store has it.
 *
 * @param tsEpoch epoch milliseconds
 */
public record Flow(
    String flowId,
    @Nullable String userName,
    long tsEpoch,
    @Nullable List<String> tags,
    @Nullable List<String> systemTags) {}
