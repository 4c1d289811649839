package io.flowledger.projector.log;

import io.flowledger.projector.projection.Partitioner;
import org.apache.kafka.common.utils.Utils;

/**
 * Partitioner by key as Kafka's own producers have it, so that others put events where this looks.
 *
 * @param partitions of the topic
 */
public record KafkaPartitioner(int partitions) implements Partitioner {
  @Override
  public int partitionOf(byte[] key) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
