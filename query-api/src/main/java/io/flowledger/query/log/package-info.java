/**
 * The whole log, {@code GET /events}, and the heads of its hash chain.
 *
 * <p>Uses {@code event}, {@code http}, {@code http.access}, {@code http.refusal}, {@code
 * projector.chain}, {@code projector.readmodel}, {@code projector.row}, {@code projector.text},
 * {@code query.answer}, {@code query.event}, {@code query.filter}, {@code query.request}, {@code
 * schemas}.
 */
@NullMarked
package io.flowledger.query.log;

import org.jspecify.annotations.NullMarked;
