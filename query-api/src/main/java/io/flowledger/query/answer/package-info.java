/**
 * Answers to reads: one object, or a listing that is streamed.
 *
 * <p>Uses {@code http.forward}, {@code projector.readmodel}, {@code projector.row}, {@code
 * projector.text}, {@code query.request}.
 */
@NullMarked
package io.flowledger.query.answer;

import org.jspecify.annotations.NullMarked;
