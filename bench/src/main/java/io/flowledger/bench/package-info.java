/**
 * The command line of the benchmarks.
 *
 * <p>Uses {@code bench.cluster}, {@code bench.cluster.fault}, {@code bench.cluster.load}, {@code
 * bench.cluster.process}, {@code bench.data}, {@code bench.hostile}, {@code bench.process}, {@code
 * bench.report}, {@code bench.run}, {@code deploy.config}.
 */
@NullMarked
package io.flowledger.bench;

import org.jspecify.annotations.NullMarked;
