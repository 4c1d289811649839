package io.flowledger.projector;

/** Says which partition of a topic a record belongs in. */
@FunctionalInterface
interface Partitioner {
  int partitionOf(byte[] key);
}
