package io.flowledger.projector.log;

import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;

/** Looks at the log through clients of its own; all stores of a process share one. */
public final class KafkaLogInspector implements LogInspector, AutoCloseable {

  private static final int LOOK_BACK = 1000;
  private static final int FETCH_WAIT_MS = 1;

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
    // All at once: a process that takes over opens dozens of stores, one after the other.
    KafkaFuture<Uuid> topic = TopicIds.ask(admin, partition.topic());
    KafkaFuture<ListOffsetsResultInfo> beginning =
        admin.listOffsets(Map.of(partition, OffsetSpec.earliest())).partitionResult(partition);
    long end = end(partition);
    long start = TopicIds.await(beginning, partition).offset();
    return LogState.of(
        TopicIds.await(topic, partition.topic()), start, end, last(partition, start, end));
  }

  @Override
  public synchronized Optional<RecordFingerprint> fingerprint(
      TopicPartition partition, long offset) {
    long to = Math.min(end(partition), offset + 1);
    return last(partition, offset, to, record -> record.offset() == offset)
        .map(RecordFingerprint::of);
  }

  /** Control records take offsets too, but nobody ever sees them. */
  private Optional<ConsumerRecord<byte[], byte[]>> last(
      TopicPartition partition, long start, long end) {
    long step = 1;
    for (long to = end; to > start; step = LOOK_BACK) {
      long from = Math.max(start, to - step);
      Optional<ConsumerRecord<byte[], byte[]>> last = last(partition, from, to, record -> true);
      if (last.isPresent()) {
        return last;
      }
      to = from;
    }
    return Optional.empty();
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

  private long end(TopicPartition partition) {
    Long end = consumer.endOffsets(List.of(partition)).get(partition);
    if (end == null) {
      throw new ProcessorStateException("no end of " + partition);
    }
    return end;
  }

  @Override
  public synchronized void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    admin.close(Duration.ofSeconds(1));
  }
}
