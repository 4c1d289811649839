package io.flowledger.projector.projection;

/** Partitioner of a topic: which partition a record belongs in. */
@FunctionalInterface
public interface Partitioner {
  int partitionOf(byte[] key);
}
