package io.flowledger.ingest.write;

/**
 * A task that is there.
 *
 * @param run number of its run
 * @param task its own number
 */
public record RegisteredTask(String flowId, long run, String stepName, long task) {}
