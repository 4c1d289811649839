/**
 * The history of an object, as a listing and as a tail.
 *
 * <p>Uses {@code http}, {@code http.refusal}, {@code projector.readmodel}, {@code projector.row},
 * {@code query.answer}, {@code query.event}, {@code query.filter}, {@code query.request}, {@code
 * schemas}.
 */
@NullMarked
package io.flowledger.query.history;

import org.jspecify.annotations.NullMarked;
