/**
 * Bulk ingest: many writes in one request, {@code POST /events}.
 *
 * <p>Uses {@code event}, {@code http}, {@code http.access}, {@code http.forward}, {@code
 * http.refusal}, {@code http.trace}, {@code ingest.body}, {@code ingest.bulk.entry}, {@code
 * ingest.log}, {@code ingest.numbers}, {@code ingest.write}, {@code projector.readmodel}, {@code
 * projector.row}, {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.ingest.bulk;

import org.jspecify.annotations.NullMarked;
