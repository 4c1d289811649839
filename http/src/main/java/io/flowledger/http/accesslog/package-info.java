/**
 * The access log: a line for each request that is over.
 *
 * <p>Uses {@code http.telemetry}, {@code http.trace}, {@code projector.text}.
 */
@NullMarked
package io.flowledger.http.accesslog;

import org.jspecify.annotations.NullMarked;
