package io.flowledger.deploy.copy;

import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import io.flowledger.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The log at one side of a copy. Every method blocks, and throws {@link KafkaException} when the
 * cluster does not answer. For one thread at a time.
 */
final class LogSide implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  /** A fetch that waits for news at the end of a partition keeps that of the next one waiting. */
  private static final int FETCH_WAIT_MS = 5;

  private final CopyPlace place;
  private final Admin admin;
  private final Consumer<byte[], byte[]> consumer;

  LogSide(CopyPlace place) {
    this.place = place;
    this.admin = Admin.create(place.clients());
    this.consumer =
        ByteConsumers.create(
            place.clients(),
            Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                FETCH_WAIT_MS));
  }

  CopyPlace place() {
    return place;
  }

  Admin admin() {
    return admin;
  }

  /** The id of its cluster. */
  String cluster() {
    return answer(admin.describeCluster().clusterId());
  }

  /** What tells its topics from all others, also from those of the same names. */
  String identity(List<CopiedTopic> topics) {
    List<String> ids = new ArrayList<>(List.of(cluster()));
    for (CopiedTopic topic : topics) {
      describe(topic.name(place.topics())).ifPresent(found -> ids.add(found.topicId().toString()));
    }
    return String.join(" ", ids);
  }

  /** What is known of a topic; empty where there is none. */
  Optional<TopicDescription> describe(String topic) {
    try {
      return Optional.of(
          answer(
              admin.describeTopics(List.of(topic)).topicNameValues().values().iterator().next()));
    } catch (UnknownTopicOrPartitionException missing) {
      return Optional.empty();
    }
  }

  /** The value of a setting of a topic. */
  String setting(String topic, String name) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return answer(admin.describeConfigs(List.of(resource)).values().values().iterator().next())
        .get(name)
        .value();
  }

  /** Where each partition of a topic ends. */
  long[] ends(String topic, int partitions) {
    List<TopicPartition> all = all(topic, partitions);
    return inOrder(consumer.endOffsets(all), all);
  }

  /**
   * Waits until a topic ends where it did some time ago: what was sent just before whoever sent it
   * was killed is seen only when the replicas have it.
   */
  void awaitSettled(String topic, int partitions, Duration time) {
    long[] before;
    long[] now = ends(topic, partitions);
    do {
      before = now;
      try {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      }
      now = ends(topic, partitions);
    } while (!Arrays.equals(before, now));
  }

  /** The first offset of each partition of a topic. */
  long[] beginnings(String topic, int partitions) {
    List<TopicPartition> all = all(topic, partitions);
    return inOrder(consumer.beginningOffsets(all), all);
  }

  private static List<TopicPartition> all(String topic, int partitions) {
    return IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
  }

  private static long[] inOrder(Map<TopicPartition, Long> offsets, List<TopicPartition> all) {
    return all.stream().mapToLong(partition -> offsets.getOrDefault(partition, 0L)).toArray();
  }

  /** Visits the records of a partition from one offset to before another, in their order. */
  void read(String topic, int partition, long from, long to, PartitionReader.Visitor visitor) {
    if (from >= to) {
      return;
    }
    TopicPartition of = new TopicPartition(topic, partition);
    consumer.assign(List.of(of));
    consumer.seek(of, from);
    PartitionReader.readTo(
        consumer,
        of,
        to,
        record -> {
          if (record.offset() < to) {
            visitor.visit(record);
          }
        });
  }

  /** Whether any server is in the group of those that keep views of its log. */
  boolean isServed() {
    String group = Topics.projectorGroup(place.topics().prefix());
    try {
      Collection<ConsumerGroupDescription> described =
          answer(admin.describeConsumerGroups(List.of(group)).all()).values();
      return described.stream().anyMatch(one -> !one.members().isEmpty());
    } catch (GroupIdNotFoundException nobodyYet) {
      return false;
    }
  }

  private static <T> T answer(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    admin.close(CLOSE_LIMIT);
  }
}
