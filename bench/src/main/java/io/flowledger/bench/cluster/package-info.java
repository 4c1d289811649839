/**
 * A trial of a cluster: load, faults by a seed, and the verdict.
 *
 * <p>Uses {@code bench.cluster.check}, {@code bench.cluster.client}, {@code bench.cluster.fault},
 * {@code bench.cluster.load}, {@code bench.cluster.process}, {@code bench.data}, {@code
 * bench.load}, {@code bench.report}.
 */
@NullMarked
package io.flowledger.bench.cluster;

import org.jspecify.annotations.NullMarked;
