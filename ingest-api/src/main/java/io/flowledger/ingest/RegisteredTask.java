package io.flowledger.ingest;

/**
 * A task that is there.
 *
 * @param run number of its run
 * @param task its own number
 */
record RegisteredTask(String flowId, long run, String stepName, long task) {}
