/**
 * The projection: the pure function from an event and a view to changes of the view. Knows neither
 * Kafka nor RocksDB nor a clock.
 *
 * <p>Uses {@code event}, {@code projector.layout}, {@code projector.row}, {@code projector.text},
 * {@code schemas}, {@code schemas.serde}.
 */
@NullMarked
package io.flowledger.projector.projection;

import org.jspecify.annotations.NullMarked;
