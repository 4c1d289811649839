/**
 * Numbers of runs, tasks and metadata, from ranges that are claimed in the log. Knows nothing of
 * HTTP.
 *
 * <p>Uses {@code event}, {@code http.refusal}, {@code ingest.log}, {@code schemas}, {@code
 * schemas.registry}, {@code schemas.serde}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.ingest.numbers;

import org.jspecify.annotations.NullMarked;
