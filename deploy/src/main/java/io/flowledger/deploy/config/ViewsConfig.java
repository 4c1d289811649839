package io.flowledger.deploy.config;

import java.time.Duration;

/**
 * The views of the log.
 *
 * @param applyTimeout how long an answer waits for its view at most
 * @param memoryBytes native memory of all views together
 */
public record ViewsConfig(Duration applyTimeout, long memoryBytes) {}
