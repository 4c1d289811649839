package io.flowledger.projector.streams;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * The clients of Kafka Streams, of which the main consumer tells what it is called in the group.
 * That is a name that nobody else ever has, unlike the one by which it comes back to its place.
 */
public final class MemberClients extends DefaultKafkaClientSupplier {

  private final java.util.function.Consumer<String> joined;

  /**
   * @param joined is told the id of the member whenever it is another one
   */
  public MemberClients(java.util.function.Consumer<String> joined) {
    this.joined = joined;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new Member(config, joined);
  }

  private static final class Member extends KafkaConsumer<byte[], byte[]> {
    private final java.util.function.Consumer<String> joined;
    private String last = "";

    Member(Map<String, Object> config, java.util.function.Consumer<String> joined) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.joined = joined;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      String now = groupMetadata().memberId();
      if (!now.isEmpty() && !now.equals(last)) {
        last = now;
        joined.accept(now);
      }
      return records;
    }
  }
}
