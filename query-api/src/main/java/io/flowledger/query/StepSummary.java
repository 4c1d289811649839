package io.flowledger.query;

/**
 * A step and what its tasks come to.
 *
 * @param createdAt epoch milliseconds
 */
record StepSummary(String name, long createdAt, TaskTotals tasks) {}
