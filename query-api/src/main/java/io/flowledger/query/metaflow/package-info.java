/**
 * The read endpoints that Metaflow's client knows.
 *
 * <p>Uses {@code http}, {@code http.access}, {@code http.refusal}, {@code projector.readmodel},
 * {@code projector.row}, {@code projector.text}, {@code query.answer}, {@code query.filter}, {@code
 * query.request}.
 */
@NullMarked
package io.flowledger.query.metaflow;

import org.jspecify.annotations.NullMarked;
