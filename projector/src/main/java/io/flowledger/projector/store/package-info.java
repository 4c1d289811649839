/**
 * The store: RocksDB, and the view of one partition over it.
 *
 * <p>Uses {@code projector.chain}, {@code projector.files}, {@code projector.layout}, {@code
 * projector.log}, {@code projector.projection}, {@code projector.readmodel}, {@code projector.row},
 * {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.projector.store;

import org.jspecify.annotations.NullMarked;
