package io.flowledger.projector;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers that read a whole partition as fast as it goes. */
final class ReplayConsumer {

  // With more in flight, a small heap is collected whole again and again.
  private static final int FETCH_BYTES = 1 << 20;
  private static final int POLL_RECORDS = 1000;

  private ReplayConsumer() {}

  static Consumer<byte[], byte[]> create(Map<String, Object> clients) {
    Map<String, Object> map = new HashMap<>(clients);
    map.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    map.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    map.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    map.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
    return new KafkaConsumer<>(map, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
