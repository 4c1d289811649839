package io.flowledger.deploy.acknowledged;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * What is known to be durable in the folder of an embedded Kafka: never more than there is, and
 * maybe less.
 *
 * @param node the settings that make the folder what it is, as {@code meta.properties} has them
 * @param topics by name; one of them is that of Kafka's own metadata
 */
public record Acknowledged(SortedMap<String, String> node, SortedMap<String, Topic> topics) {

  /** Kafka's own topic, in which it keeps what other topics there are. */
  static final String METADATA = "__cluster_metadata";

  /**
   * A topic.
   *
   * @param id which a recreated topic of the same name does not have
   * @param whole whether it keeps every record for ever
   */
  public record Topic(Uuid id, boolean whole, SortedMap<Integer, Extent> partitions) {}

  /**
   * How far a partition goes.
   *
   * @param end offset after the last record
   * @param tail byte of the last segment that a batch begins at, some megabytes before its end
   * @param segments in their order, at least one; of a topic that is not whole, the last one only
   */
  public record Extent(long end, long tail, List<Segment> segments) {

    Segment last() {
      return segments.get(segments.size() - 1);
    }
  }

  /**
   * A file of a log.
   *
   * @param base offset that it begins with
   * @param bytes of whole batches
   */
  public record Segment(long base, long bytes) {}

  Optional<Extent> extent(String topic, int partition) {
    return Optional.ofNullable(topics.get(topic)).map(known -> known.partitions().get(partition));
  }

  /** Without what changes while nobody does anything. */
  Acknowledged withoutMetadata() {
    SortedMap<String, Topic> others = new TreeMap<>(topics);
    others.remove(METADATA);
    return new Acknowledged(node, others);
  }

  /** Words of a line each, to be read by people too. */
  List<String> toLines() {
    List<String> lines = new ArrayList<>();
    node.forEach((name, value) -> lines.add("node " + name + " " + value));
    topics.forEach(
        (name, topic) -> {
          lines.add("topic %s %s %s".formatted(name, topic.id(), topic.whole()));
          topic
              .partitions()
              .forEach(
                  (number, extent) -> {
                    lines.add("partition %d %d %d".formatted(number, extent.end(), extent.tail()));
                    for (Segment segment : extent.segments()) {
                      lines.add("segment %d %d".formatted(segment.base(), segment.bytes()));
                    }
                  });
        });
    return lines;
  }

  /**
   * The inverse of {@link #toLines()}.
   *
   * @throws RuntimeException when they are no such lines
   */
  static Acknowledged fromLines(List<String> lines) {
    SortedMap<String, String> node = new TreeMap<>();
    SortedMap<String, Topic> topics = new TreeMap<>();
    SortedMap<Integer, Extent> partitions = new TreeMap<>();
    List<Segment> segments = List.of();
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "node" -> node.put(words[1], words[2]);
        case "topic" -> {
          partitions = new TreeMap<>();
          Topic topic =
              new Topic(Uuid.fromString(words[2]), Boolean.parseBoolean(words[3]), partitions);
          topics.put(words[1], topic);
        }
        case "partition" -> {
          segments = new ArrayList<>();
          partitions.put(
              Integer.parseInt(words[1]),
              new Extent(Long.parseLong(words[2]), Long.parseLong(words[3]), segments));
        }
        case "segment" ->
            segments.add(new Segment(Long.parseLong(words[1]), Long.parseLong(words[2])));
        default -> throw new IllegalArgumentException("unknown line: " + line);
      }
    }
    return new Acknowledged(node, topics);
  }
}
