package io.flowledger.deploy.acknowledged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Holds the log, as Kafka has it, against what has been acknowledged. */
public final class LogCheck {

  private LogCheck() {}

  /**
   * What the log lacks, in words; empty when it has all. Blocks.
   *
   * @throws KafkaException when it cannot be read
   */
  public static List<String> lacks(Admin admin, Acknowledged known) {
    Map<TopicPartition, OffsetSpec> starts = new HashMap<>();
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    known
        .topics()
        .forEach(
            (name, topic) -> {
              if (!name.equals(Acknowledged.METADATA)) {
                topic
                    .partitions()
                    .forEach(
                        (number, extent) -> {
                          if (topic.whole()) {
                            starts.put(new TopicPartition(name, number), OffsetSpec.earliest());
                          }
                          ends.put(new TopicPartition(name, number), OffsetSpec.latest());
                        });
              }
            });
    var lastOffsets = admin.listOffsets(ends);
    var firstOffsets = admin.listOffsets(starts);
    List<String> lacks = new ArrayList<>();
    answer(firstOffsets.all())
        .forEach(
            (partition, first) -> {
              long start = extent(known, partition).segments().get(0).base();
              if (first.offset() > start) {
                lacks.add(
                    "%s starts at offset %d, acknowledged is %d: records were deleted"
                        .formatted(partition, first.offset(), start));
              }
            });
    answer(lastOffsets.all())
        .forEach(
            (partition, last) -> {
              long end = extent(known, partition).end();
              if (last.offset() < end) {
                lacks.add(
                    "%s ends before offset %d, acknowledged is %d"
                        .formatted(partition, last.offset(), end - 1));
              }
            });
    lacks.sort(null);
    return lacks;
  }

  private static Acknowledged.Extent extent(Acknowledged known, TopicPartition partition) {
    return known.extent(partition.topic(), partition.partition()).orElseThrow();
  }

  private static Map<TopicPartition, ListOffsetsResultInfo> answer(
      KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause
          ? cause
          : new KafkaException("cannot read how far the log goes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
