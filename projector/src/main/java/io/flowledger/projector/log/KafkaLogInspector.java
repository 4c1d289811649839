package io.flowledger.projector.log;

import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;

/** Looks at the log through clients of its own; all stores of a process share one. */
public final class KafkaLogInspector implements LogInspector, AutoCloseable {

  private static final int LOOK_BACK = 1000;
  private static final int FETCH_WAIT_MS = 5;

  private final Admin admin;
  private final Consumer<byte[], byte[]> consumer;

  public KafkaLogInspector(Map<String, Object> clients) {
    this.admin = Admin.create(clients);
    // It moves between partitions: a fetch that waits for news of the last one is in the way.
    this.consumer =
        ByteConsumers.create(
            clients,
            Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                FETCH_WAIT_MS));
  }

  @Override
  public synchronized LogState inspect(TopicPartition partition) {
    long start = offset(consumer.beginningOffsets(List.of(partition)), partition);
    long end = offset(consumer.endOffsets(List.of(partition)), partition);
    return new LogState(
        TopicIds.of(admin, partition.topic()), start, end, last(partition, start, end));
  }

  @Override
  public synchronized Optional<RecordFingerprint> fingerprint(
      TopicPartition partition, long offset) {
    long end = offset(consumer.endOffsets(List.of(partition)), partition);
    return last(partition, offset, Math.min(end, offset + 1), record -> record.offset() == offset)
        .map(
            record ->
                RecordFingerprint.of(
                    record.key(), Framing.framed(record.headers(), record.value())));
  }

  /** Control records take offsets too, but nobody ever sees them. */
  private long last(TopicPartition partition, long start, long end) {
    long step = 1;
    for (long to = end; to > start; step = LOOK_BACK) {
      long from = Math.max(start, to - step);
      Optional<ConsumerRecord<byte[], byte[]>> last = last(partition, from, to, record -> true);
      if (last.isPresent()) {
        return last.get().offset();
      }
      to = from;
    }
    return -1;
  }

  /** The last of the records between two offsets that is wanted. */
  private Optional<ConsumerRecord<byte[], byte[]>> last(
      TopicPartition partition,
      long from,
      long to,
      Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    AtomicReference<@Nullable ConsumerRecord<byte[], byte[]>> last = new AtomicReference<>();
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    PartitionReader.readTo(
        consumer,
        partition,
        to,
        record -> {
          if (wanted.test(record)) {
            last.set(record);
          }
        });
    return Optional.ofNullable(last.get());
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    Long offset = offsets.get(partition);
    if (offset == null) {
      throw new ProcessorStateException("no offsets of " + partition);
    }
    return offset;
  }

  @Override
  public synchronized void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    admin.close(Duration.ofSeconds(1));
  }
}
