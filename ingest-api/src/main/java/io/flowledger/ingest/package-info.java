/**
 * The face of the write endpoints: which request goes where, the settings, the meters.
 *
 * <p>Uses {@code http}, {@code http.forward}, {@code http.refusal}, {@code http.telemetry}, {@code
 * ingest.body}, {@code ingest.bulk}, {@code ingest.bulk.entry}, {@code ingest.log}, {@code
 * ingest.metaflow}, {@code ingest.numbers}, {@code ingest.write}, {@code projector.readmodel},
 * {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.ingest;

import org.jspecify.annotations.NullMarked;
