/**
 * The public contract of the log: what an event is, whoever writes or reads it.
 *
 * <p>Uses {@code event}.
 */
@NullMarked
package io.flowledger.schemas;

import org.jspecify.annotations.NullMarked;
