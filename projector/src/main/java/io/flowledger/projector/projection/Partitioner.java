package io.flowledger.projector.projection;

/** Says which partition of a topic a record belongs in. */
@FunctionalInterface
public interface Partitioner {
  int partitionOf(byte[] key);
}
