package io.flowledger.projector.audit;

import io.flowledger.projector.log.DamagedRecords;
import io.flowledger.projector.log.ReplayConsumers;
import io.flowledger.projector.log.TopicIds;
import io.flowledger.schemas.topic.PartitionReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The log as Kafka has it. Each reading has a consumer of its own. */
final class KafkaAuditedLog implements AuditedLog {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final Map<String, Object> clients;
  private final String topic;
  private final Consumer<byte[], byte[]> offsets;
  private final int partitions;
  private final Uuid topicId;

  /**
   * @throws KafkaException when the topic is not there
   */
  KafkaAuditedLog(Map<String, Object> clients, String topic) {
    this.clients = Map.copyOf(clients);
    this.topic = topic;
    this.offsets = ReplayConsumers.create(clients);
    this.partitions = offsets.partitionsFor(topic).size();
    if (partitions == 0) {
      close();
      throw new UnknownTopicOrPartitionException("there is no topic " + topic);
    }
    try (Admin admin = Admin.create(clients)) {
      this.topicId = TopicIds.of(admin, topic);
    } catch (KafkaException e) {
      close();
      throw e;
    }
  }

  @Override
  public String topic() {
    return topic;
  }

  @Override
  public Uuid topicId() {
    return topicId;
  }

  @Override
  public int partitions() {
    return partitions;
  }

  @Override
  public long start(int partition) {
    return offset(partition, Consumer::beginningOffsets);
  }

  @Override
  public long end(int partition) {
    return offset(partition, Consumer::endOffsets);
  }

  private synchronized long offset(
      int partition,
      BiFunction<Consumer<byte[], byte[]>, List<TopicPartition>, Map<TopicPartition, Long>> which) {
    TopicPartition source = new TopicPartition(topic, partition);
    return which.apply(offsets, List.of(source)).getOrDefault(source, 0L);
  }

  @Override
  public void read(int partition, long end, PartitionReader.Visitor visitor) {
    TopicPartition source = new TopicPartition(topic, partition);
    Consumer<byte[], byte[]> consumer = ReplayConsumers.create(clients);
    try {
      consumer.assign(List.of(source));
      consumer.seekToBeginning(List.of(source));
      PartitionReader.readTo(
          consumer,
          source,
          end,
          record -> {
            if (record.offset() < end) {
              visitor.visit(record);
            }
          });
    } catch (KafkaException e) {
      if (DamagedRecords.are(e)) {
        throw new DamagedException(consumer.position(source), DamagedRecords.why(e), e);
      }
      throw e;
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
  }

  @Override
  public synchronized void close() {
    offsets.close(CloseOptions.timeout(CLOSE_LIMIT));
  }
}
