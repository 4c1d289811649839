package io.flowledger.deploy.cli.migrate.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An artifact of an attempt of a task as another store has it.
 *
 * @param tsEpoch epoch milliseconds
 */
public record Artifact(
    String name,
    int attempt,
    String location,
    String dsType,
    @Nullable String sha,
    @Nullable String type,
    @Nullable String contentType,
    @Nullable String userName,
    long tsEpoch,
    @Nullable List<String> tags,
    @Nullable List<String> systemTags) {}
