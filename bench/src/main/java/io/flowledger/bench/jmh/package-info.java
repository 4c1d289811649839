/**
 * Benchmarks of hot code, with JMH.
 *
 * <p>Uses {@code bench.data}, {@code projector.layout}, {@code projector.projection}, {@code
 * projector.row}, {@code projector.store}, {@code schemas}, {@code schemas.registry}, {@code
 * schemas.serde}.
 */
@NullMarked
package io.flowledger.bench.jmh;

import org.jspecify.annotations.NullMarked;
