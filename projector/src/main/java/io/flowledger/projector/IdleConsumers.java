package io.flowledger.projector;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Consumers of the same settings that nobody uses now. There are as many as have ever been needed
 * at a time.
 */
final class IdleConsumers implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final Map<String, Object> config;
  private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * @param fetchBytes how much each asks of a broker at a time; it is sent one batch in any case
   */
  IdleConsumers(Map<String, Object> config, int fetchBytes) {
    this.config = new HashMap<>(config);
    this.config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes);
  }

  /** One of them, or a new one. */
  Consumer<byte[], byte[]> take() {
    Consumer<byte[], byte[]> consumer = idle.poll();
    return consumer != null
        ? consumer
        : new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * @param intact whether it can be used again
   */
  void giveBack(Consumer<byte[], byte[]> consumer, boolean intact) {
    if (intact && !closed) {
      idle.add(consumer);
    } else {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
  }

  /** Those that are in use are closed when they are given back. */
  @Override
  public void close() {
    closed = true;
    for (Consumer<byte[], byte[]> consumer = idle.poll();
        consumer != null;
        consumer = idle.poll()) {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
  }
}
