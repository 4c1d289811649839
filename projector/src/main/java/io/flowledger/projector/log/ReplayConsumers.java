package io.flowledger.projector.log;

import io.flowledger.schemas.topic.ByteConsumers;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Consumers that read a whole partition as fast as it goes. */
public final class ReplayConsumers {

  // With more in flight, a small heap is collected whole again and again.
  private static final int FETCH_BYTES = 1 << 20;
  private static final int POLL_RECORDS = 1000;

  private ReplayConsumers() {}

  public static Consumer<byte[], byte[]> create(Map<String, Object> clients) {
    return ByteConsumers.create(
        clients,
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS));
  }
}
