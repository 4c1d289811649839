/**
 * The faults of a trial of a cluster, and the order in which they come.
 *
 * <p>Uses {@code bench.cluster.load}, {@code bench.cluster.process}, {@code bench.report}.
 */
@NullMarked
package io.flowledger.bench.cluster.fault;

import org.jspecify.annotations.NullMarked;
