/**
 * Dead letters: what the projection has rejected, and how it gets into the log again.
 *
 * <p>Uses {@code event}, {@code http}, {@code http.access}, {@code http.refusal}, {@code
 * ingest.log}, {@code projector.readmodel}, {@code projector.row}, {@code projector.text}, {@code
 * schemas}, {@code schemas.serde}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.ingest.deadletters;

import org.jspecify.annotations.NullMarked;
