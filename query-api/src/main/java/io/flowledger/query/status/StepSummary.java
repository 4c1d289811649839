package io.flowledger.query.status;

/**
 * A step and the totals of its tasks.
 *
 * @param createdAt epoch milliseconds
 */
record StepSummary(String name, long createdAt, TaskTotals tasks) {}
