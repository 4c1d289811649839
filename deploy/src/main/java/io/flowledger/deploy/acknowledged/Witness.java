package io.flowledger.deploy.acknowledged;

import org.apache.kafka.common.Uuid;

/**
 * Who has seen a record: the view of a partition.
 *
 * @param id of the topic
 * @param offset of the record
 * @param whole whether the topic keeps every record for ever, and has it on disk before it is
 *     acknowledged where that is asked for
 */
public record Witness(String topic, int partition, Uuid id, long offset, boolean whole) {

  String folder() {
    return topic + "-" + partition;
  }
}
