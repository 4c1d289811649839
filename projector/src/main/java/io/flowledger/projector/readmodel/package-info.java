/**
 * The only way to read a view: which process has it, how far it is, and what it holds. Knows
 * neither Kafka nor RocksDB; the write side may depend on this package and on no other of the
 * projector.
 */
@NullMarked
package io.flowledger.projector.readmodel;

import org.jspecify.annotations.NullMarked;
