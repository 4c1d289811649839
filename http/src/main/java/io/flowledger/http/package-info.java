/**
 * The HTTP server, and what all endpoints share, whichever module they are in.
 *
 * <p>Uses {@code event}, {@code http.connection}, {@code http.refusal}, {@code http.telemetry},
 * {@code http.tls}, {@code http.trace}, {@code projector.readmodel}, {@code projector.text}, {@code
 * schemas.registry}.
 */
@NullMarked
package io.flowledger.http;

import org.jspecify.annotations.NullMarked;
