/**
 * A write from its event to its outcome, once for all ways in. Knows nothing of HTTP.
 *
 * <p>Uses {@code event}, {@code http.refusal}, {@code http.trace}, {@code ingest.body}, {@code
 * ingest.log}, {@code ingest.numbers}, {@code projector.chain}, {@code projector.readmodel}, {@code
 * projector.row}, {@code schemas}.
 */
@NullMarked
package io.flowledger.ingest.write;

import org.jspecify.annotations.NullMarked;
