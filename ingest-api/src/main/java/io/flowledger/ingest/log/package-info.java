/**
 * Appending to the log. Knows nothing of HTTP.
 *
 * <p>Uses {@code http.refusal}, {@code http.telemetry}, {@code http.trace}, {@code schemas}, {@code
 * schemas.serde}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.ingest.log;

import org.jspecify.annotations.NullMarked;
