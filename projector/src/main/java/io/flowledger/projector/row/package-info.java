/**
 * Rows: the values of a view, and how they are rendered. Knows neither Kafka nor RocksDB.
 *
 * <p>Uses {@code event}, {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.projector.row;

import org.jspecify.annotations.NullMarked;
