/**
 * TODO
 *
 * <p>Uses {@code bench.process}, {@code bench.report}.
 */
@NullMarked
package io.flowledger.bench.cluster.process;

import org.jspecify.annotations.NullMarked;
