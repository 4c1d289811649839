/**
 * TODO
 *
 * <p>Uses {@code http}, {@code http.refusal}, {@code projector.readmodel}.
 */
@NullMarked
package io.flowledger.http.forward;

import org.jspecify.annotations.NullMarked;
