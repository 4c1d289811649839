/**
 * The write endpoints that Metaflow's client knows.
 *
 * <p>Uses {@code event}, {@code http}, {@code http.refusal}, {@code http.trace}, {@code
 * ingest.body}, {@code ingest.log}, {@code ingest.numbers}, {@code ingest.write}, {@code
 * projector.readmodel}, {@code projector.row}, {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.ingest.metaflow;

import org.jspecify.annotations.NullMarked;
