package io.flowledger.projector.streams;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells the processors where the records end that the consumer has fetched so far, so that they
 * write one batch per poll: nothing waits for more records, and nothing is written record by
 * record.
 *
 * <p>Kafka Streams has no hook for that; an interceptor of the main consumer is one. Kafka makes it
 * by class name and hands it the shared {@link Ends} through the consumer's configuration.
 */
public final class PollEnd implements ConsumerInterceptor<byte[], byte[]> {

  public static final String ENDS_CONFIG = "flowledger.poll.ends";

  /** Offset of the last record fetched, per partition. */
  public static final class Ends {
    private final Map<TopicPartition, Long> last = new ConcurrentHashMap<>();

    public boolean isLast(TopicPartition partition, long offset) {
      Long end = last.get(partition);
      return end == null || offset >= end;
    }
  }

  private Ends ends = new Ends();

  @Override
  public void configure(Map<String, ?> configs) {
    if (configs.get(ENDS_CONFIG) instanceof Ends shared) {
      ends = shared;
    }
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> fetched = records.records(partition);
      ends.last.put(partition, fetched.get(fetched.size() - 1).offset());
    }
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
