package io.flowledger.schemas.topic;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads one partition from where a consumer stands up to an offset. The offset need not be of a
 * record: what compaction has removed, and the marks of transactions, take offsets too.
 */
public final class PartitionReader {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Is told every record, in the order of the log. */
  @FunctionalInterface
  public interface Visitor {
    void visit(ConsumerRecord<byte[], byte[]> record);
  }

  /** There are records, but for a long time none has come. */
  public static final class UnreadableException extends KafkaException {
    private static final long serialVersionUID = 1L;

    UnreadableException(TopicPartition partition, long position, long end, Duration patience) {
      super(
          "cannot read %s: at offset %d of %d, and nothing has come for %d s"
              .formatted(partition, position, end, patience.toSeconds()));
    }
  }

  private PartitionReader() {}

  /**
   * Visits everything that was in the partition when this was called.
   *
   * @throws KafkaException when it cannot be read
   */
  public static void readToEnd(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, Visitor visitor) {
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    readTo(consumer, partition, end, visitor);
  }

  /**
   * Visits all records before that offset, and those after it that came with them.
   *
   * @throws KafkaException when they cannot be read
   */
  public static void readTo(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long end, Visitor visitor) {
    readTo(consumer, partition, end, PATIENCE, visitor);
  }

  /**
   * @param patience how long to wait for a record: a long partition may take longer as a whole
   */
  static void readTo(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      long end,
      Duration patience,
      Visitor visitor) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (consumer.position(partition) < end) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      records.forEach(visitor::visit);
      if (!records.isEmpty()) {
        deadline = System.nanoTime() + patience.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new UnreadableException(partition, consumer.position(partition), end, patience);
      }
    }
  }
}
