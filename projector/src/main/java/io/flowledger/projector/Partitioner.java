package io.flowledger.projector;

/** Which partition of a topic a record belongs in. */
@FunctionalInterface
interface Partitioner {
  int partitionOf(byte[] key);
}
