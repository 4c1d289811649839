/**
 * The read model: the only way to read a view, and to know which process has it and how far it is.
 * Knows neither Kafka nor RocksDB.
 *
 * <p>Uses {@code projector.chain}, {@code projector.row}, {@code schemas}.
 */
@NullMarked
package io.flowledger.projector.readmodel;

import org.jspecify.annotations.NullMarked;
