/**
 * Where a run stands.
 *
 * <p>Uses {@code http}, {@code projector.readmodel}, {@code projector.row}, {@code projector.text},
 * {@code query.answer}, {@code query.request}.
 */
@NullMarked
package io.flowledger.query.status;

import org.jspecify.annotations.NullMarked;
