/**
 * Load on a server, and what is measured of it.
 *
 * <p>Uses {@code bench.report}.
 */
@NullMarked
package io.flowledger.bench.load;

import org.jspecify.annotations.NullMarked;
