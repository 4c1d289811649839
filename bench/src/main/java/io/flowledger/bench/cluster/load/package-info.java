/**
 * The writers and readers of a trial, who record all that they are told.
 *
 * <p>Uses {@code bench.cluster.check}, {@code bench.cluster.client}, {@code bench.report}, {@code
 * projector.chain}.
 */
@NullMarked
package io.flowledger.bench.cluster.load;

import org.jspecify.annotations.NullMarked;
