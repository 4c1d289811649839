/**
 * What clients of a cluster were told, and whether that can be: a history of calls, and the rules
 * that it has to keep. Pure: no clock, no files, no network.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.bench.cluster.check;

import org.jspecify.annotations.NullMarked;
