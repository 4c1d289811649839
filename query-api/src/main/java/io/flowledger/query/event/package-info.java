/**
 * Events of an object, found by the index of the view and read from the log.
 *
 * <p>Uses {@code event}, {@code http.refusal}, {@code http.trace}, {@code projector.readmodel},
 * {@code projector.row}, {@code projector.text}, {@code query.answer}, {@code query.filter}, {@code
 * schemas}.
 */
@NullMarked
package io.flowledger.query.event;

import org.jspecify.annotations.NullMarked;
