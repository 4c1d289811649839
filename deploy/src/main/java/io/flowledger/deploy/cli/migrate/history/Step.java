package io.flowledger.deploy.cli.migrate.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step as another store has it.
 *
 * @param tsEpoch epoch milliseconds
 */
public record Step(
    String flowId,
    long run,
    String name,
    @Nullable String userName,
    long tsEpoch,
    @Nullable List<String> tags,
    @Nullable List<String> systemTags) {}
