/**
 * A cluster on this machine: brokers and nodes, each a process of its own, the network between
 * them, and what can happen to each.
 *
 * <p>Uses {@code bench.process}, {@code bench.report}.
 */
@NullMarked
package io.flowledger.bench.cluster.process;

import org.jspecify.annotations.NullMarked;
