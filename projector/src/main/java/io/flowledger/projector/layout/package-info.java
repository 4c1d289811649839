/**
 * The key layout of the views: one documented table. Knows neither Kafka nor RocksDB.
 *
 * <p>Uses {@code event}, {@code projector.row}, {@code projector.text}.
 */
@NullMarked
package io.flowledger.projector.layout;

import org.jspecify.annotations.NullMarked;
