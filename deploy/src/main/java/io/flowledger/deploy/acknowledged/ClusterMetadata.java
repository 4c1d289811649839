package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.DirectoryId;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.metadata.MetadataRecordSerde;

/**
 * What Kafka will know of its topics when it starts: the last snapshot of its metadata, and the
 * records behind it as far as they can be read. The folders of topics that it does not know are set
 * aside by it as strays, so this is read before.
 */
final class ClusterMetadata {

  private static final String FOR_EVER = "-1";
  private static final Pattern SNAPSHOT = Pattern.compile("(\\d{20})-\\d{10}\\.checkpoint");

  private final Map<String, Uuid> topics = new HashMap<>();
  private final Map<Uuid, NavigableMap<Integer, List<Uuid>>> partitions = new HashMap<>();
  private final Map<String, Map<String, String>> configs = new HashMap<>();
  private long end;

  private ClusterMetadata() {}

  /**
   * @param folder of the partition that has it; need not be there
   */
  static ClusterMetadata read(Path folder) throws IOException {
    ClusterMetadata metadata = new ClusterMetadata();
    if (Files.isDirectory(folder)) {
      metadata.readAll(folder);
    }
    return metadata;
  }

  /** The topics by name. */
  Map<String, Uuid> topics() {
    return topics;
  }

  /** The partitions of a topic, by number. */
  SortedSet<Integer> partitions(Uuid topic) {
    return partitions.getOrDefault(topic, Collections.emptyNavigableMap()).navigableKeySet();
  }

  /**
   * The folder that all partitions are in, by the id that Kafka has given it; empty where that is
   * not one.
   */
  Optional<Uuid> directory() {
    Set<Uuid> all =
        partitions.values().stream()
            .flatMap(ofTopic -> ofTopic.values().stream())
            .flatMap(List::stream)
            .filter(id -> !DirectoryId.reserved(id))
            .collect(Collectors.toSet());
    return all.size() == 1 ? all.stream().findAny() : Optional.empty();
  }

  /** Whether a topic keeps every record for ever, however old and large it is. */
  boolean isWhole(String topic) {
    return FOR_EVER.equals(config(topic, TopicConfig.RETENTION_MS_CONFIG))
        && FOR_EVER.equals(config(topic, TopicConfig.RETENTION_BYTES_CONFIG))
        && TopicConfig.CLEANUP_POLICY_DELETE.equals(
            config(topic, TopicConfig.CLEANUP_POLICY_CONFIG));
  }

  /** Whether a topic is only compacted: from such a one Kafka takes no order to delete. */
  boolean isCompacted(String topic) {
    return TopicConfig.CLEANUP_POLICY_COMPACT.equals(
        config(topic, TopicConfig.CLEANUP_POLICY_CONFIG));
  }

  /** Whether each message of a topic is on disk before the next one is taken. */
  boolean isFlushed(String topic) {
    return "1".equals(config(topic, TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG));
  }

  /** Whether it is up to the machine when messages of a topic are on disk. */
  boolean isNeverFlushed(String topic) {
    return !isFlushed(topic)
        && !config(topic, TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG).isEmpty();
  }

  /** Empty where it is not set. */
  private String config(String topic, String name) {
    return configs.getOrDefault(topic, Map.of()).getOrDefault(name, "");
  }

  /** Offset after the last record that can be read. */
  long end() {
    return end;
  }

  private void readAll(Path folder) throws IOException {
    Optional<String> snapshot = lastSnapshot(folder);
    if (snapshot.isPresent()) {
      if (!read(folder.resolve(snapshot.get()), true)) {
        topics.clear();
        partitions.clear();
        configs.clear();
        return;
      }
      end = endOf(snapshot.get());
    }
    SortedMap<Long, Path> files = PartitionAtRest.of(folder).files();
    for (Map.Entry<Long, Path> file : files.entrySet()) {
      long base = file.getKey();
      SortedMap<Long, Path> later = files.tailMap(base + 1);
      boolean covered = !later.isEmpty() && later.firstKey() <= end;
      if (!covered && (base > end || !read(file.getValue(), false))) {
        return;
      }
    }
  }

  private static Optional<String> lastSnapshot(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> SNAPSHOT.matcher(name).matches())
          .max(String::compareTo);
    }
  }

  private static long endOf(String snapshot) {
    Matcher name = SNAPSHOT.matcher(snapshot);
    return name.matches() ? Long.parseLong(Objects.requireNonNull(name.group(1))) : 0;
  }

  /**
   * Reads a file to its end.
   *
   * @param snapshot whether its offsets are its own
   * @return whether that was possible
   */
  private boolean read(Path file, boolean snapshot) throws IOException {
    try (LogFile records = LogFile.open(file)) {
      long bytes = 0;
      for (FileChannelRecordBatch batch : records.batchesFrom(0)) {
        batch.ensureValid();
        if (!snapshot && batch.baseOffset() > end) {
          return false;
        }
        if (snapshot || batch.nextOffset() > end) {
          apply(batch);
          end = snapshot ? end : batch.nextOffset();
        }
        bytes = batch.position() + (long) batch.sizeInBytes();
      }
      return bytes == records.bytes();
    } catch (RuntimeException damaged) {
      return false;
    }
  }

  private void apply(FileChannelRecordBatch batch) {
    if (batch.isControlBatch()) {
      return;
    }
    for (Record record : batch) {
      ApiMessage message =
          MetadataRecordSerde.INSTANCE
              .read(new ByteBufferAccessor(record.value()), record.valueSize())
              .message();
      apply(message);
    }
  }

  private void apply(ApiMessage message) {
    if (message instanceof TopicRecord topic) {
      topics.put(topic.name(), topic.topicId());
    } else if (message instanceof PartitionRecord partition) {
      place(partition.topicId(), partition.partitionId(), partition.directories());
    } else if (message instanceof PartitionChangeRecord change) {
      if (change.directories() != null) {
        place(change.topicId(), change.partitionId(), change.directories());
      }
    } else if (message instanceof ConfigRecord config) {
      apply(config);
    } else if (message instanceof RemoveTopicRecord removed) {
      topics.values().remove(removed.topicId());
      partitions.remove(removed.topicId());
    }
  }

  private void place(Uuid topic, int partition, List<Uuid> directories) {
    partitions.computeIfAbsent(topic, unknown -> new TreeMap<>()).put(partition, directories);
  }

  private void apply(ConfigRecord config) {
    if (config.resourceType() == ConfigResource.Type.TOPIC.id()) {
      configs
          .computeIfAbsent(config.resourceName(), topic -> new HashMap<>())
          .put(config.name(), config.value() == null ? "" : config.value());
    }
  }
}
