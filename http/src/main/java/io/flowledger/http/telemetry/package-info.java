/**
 * What is measured and told of each request: metrics by OpenTelemetry's conventions, the access
 * log.
 *
 * <p>Uses {@code http.trace}.
 */
@NullMarked
package io.flowledger.http.telemetry;

import org.jspecify.annotations.NullMarked;
