/**
 * The brokers and nodes of a trial, each a process of its own, and the network between them.
 *
 * <p>Uses {@code bench.process}, {@code bench.report}, {@code deploy.server}.
 */
@NullMarked
package io.flowledger.bench.cluster.process;

import org.jspecify.annotations.NullMarked;
