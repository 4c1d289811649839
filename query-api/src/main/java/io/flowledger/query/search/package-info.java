/**
 * Search over all flows.
 *
 * <p>Uses {@code http}, {@code http.access}, {@code http.refusal}, {@code projector.readmodel},
 * {@code projector.row}, {@code projector.text}, {@code query.answer}, {@code query.filter}, {@code
 * query.request}.
 */
@NullMarked
package io.flowledger.query.search;

import org.jspecify.annotations.NullMarked;
