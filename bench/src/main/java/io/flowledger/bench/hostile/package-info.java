/**
 * Clients that do harm, and honest ones beside them, each kind on one thread.
 *
 * <p>Uses {@code bench.load}.
 */
@NullMarked
package io.flowledger.bench.hostile;

import org.jspecify.annotations.NullMarked;
