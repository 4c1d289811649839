package io.flowledger.deploy.cli.migrate.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A metadata row of a task as another store has it.
 *
 * @param tsEpoch epoch milliseconds
 */
public record Metadata(
    long id,
    String fieldName,
    String value,
    String type,
    @Nullable String userName,
    long tsEpoch,
    @Nullable List<String> tags,
    @Nullable List<String> systemTags) {}
