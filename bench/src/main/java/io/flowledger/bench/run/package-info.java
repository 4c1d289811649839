/**
 * Benchmarks, one a class.
 *
 * <p>Uses {@code bench.data}, {@code bench.hostile}, {@code bench.load}, {@code bench.process},
 * {@code bench.report}, {@code projector}, {@code projector.readmodel}, {@code projector.row},
 * {@code schemas}.
 */
@NullMarked
package io.flowledger.bench.run;

import org.jspecify.annotations.NullMarked;
