/**
 * Reading the log by offset, whole, or to inspect it.
 *
 * <p>Uses {@code projector.chain}, {@code projector.projection}, {@code projector.readmodel},
 * {@code schemas.serde}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.projector.log;

import org.jspecify.annotations.NullMarked;
