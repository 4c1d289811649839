/**
 * The checker: whether what clients were told can have happened.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.bench.cluster.check;

import org.jspecify.annotations.NullMarked;
