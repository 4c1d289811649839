package io.flowledger.schemas.topic;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Consumers of bytes that commit nothing: whoever has one says where it reads. */
public final class ByteConsumers {

  private ByteConsumers() {}

  /**
   * @param clients settings of all Kafka clients: bootstrap servers, security
   * @param settings of this consumer, which come before those
   */
  public static Consumer<byte[], byte[]> create(
      Map<String, Object> clients, Map<String, Object> settings) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.putAll(settings);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
