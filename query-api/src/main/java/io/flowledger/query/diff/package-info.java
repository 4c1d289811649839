/**
 * Differences between two moments of a run, or between two runs.
 *
 * <p>Uses {@code http}, {@code http.refusal}, {@code projector.readmodel}, {@code projector.row},
 * {@code projector.text}, {@code query.answer}, {@code query.request}, {@code schemas}.
 */
@NullMarked
package io.flowledger.query.diff;

import org.jspecify.annotations.NullMarked;
