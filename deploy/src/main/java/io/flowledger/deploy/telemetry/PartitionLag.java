package io.flowledger.deploy.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records of each partition of the events the view that is read here lacks: {@code
 * flowledger.partition.lag}. Of partitions that others answer for it is not a number. The ends of
 * the log are those that the brokers told when they were last asked.
 */
public final class PartitionLag {

  private static final int ASK_LIMIT_MS = 4000;
  private static final long UNKNOWN = -1;

  private final String topic;
  private final AtomicLongArray ends;
  private final Supplier<Map<Integer, Long>> applied;

  /**
   * @param topic of the events
   * @param applied offsets of the last records in the views that are here, -1 for none
   */
  public PartitionLag(
      String topic, int partitions, Supplier<Map<Integer, Long>> applied, MeterRegistry metrics) {
    this.topic = topic;
    this.applied = applied;
    this.ends = new AtomicLongArray(partitions);
    for (int i = 0; i < partitions; i++) {
      int partition = i;
      ends.set(partition, UNKNOWN);
      Gauge.builder("flowledger.partition.lag", () -> lag(partition))
          .description("Records of a partition that its view lacks")
          .tag("partition", Integer.toString(partition))
          .strongReference(true)
          .register(metrics);
    }
  }

  /** Asks the brokers where the log ends; returns at once. What they do not tell stays unknown. */
  public void ask(Admin brokers) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < ends.length(); partition++) {
      latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    ListOffsetsResult told =
        brokers.listOffsets(latest, new ListOffsetsOptions().timeoutMs(ASK_LIMIT_MS));
    for (TopicPartition partition : latest.keySet()) {
      told.partitionResult(partition)
          .whenComplete(
              (end, failure) ->
                  ends.set(partition.partition(), failure == null ? end.offset() : UNKNOWN));
    }
  }

  private double lag(int partition) {
    long end = ends.get(partition);
    Long last = applied.get().get(partition);
    return end == UNKNOWN || last == null ? Double.NaN : Math.max(0, end - 1 - last);
  }
}
