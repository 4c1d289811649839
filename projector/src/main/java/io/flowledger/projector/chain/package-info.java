/**
 * The hash chain over the log, and its heads.
 *
 * <p>Uses {@code projector.text}.
 */
@NullMarked
package io.flowledger.projector.chain;

import org.jspecify.annotations.NullMarked;
