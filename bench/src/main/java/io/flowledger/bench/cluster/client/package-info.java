/**
 * Clients that try again as Metaflow's does.
 *
 * <p>Uses {@code bench.cluster.check}, {@code bench.report}.
 */
@NullMarked
package io.flowledger.bench.cluster.client;

import org.jspecify.annotations.NullMarked;
