/**
 * What a node measures of itself beside its requests: the process, how far its views are behind the
 * log, and the traces that it sends to a collector.
 *
 * <p>Uses {@code http.telemetry}, {@code http.trace}.
 */
@NullMarked
package io.flowledger.deploy.telemetry;

import org.jspecify.annotations.NullMarked;
