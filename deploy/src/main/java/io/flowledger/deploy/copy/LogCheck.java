package io.flowledger.deploy.copy;

import io.flowledger.deploy.copy.TopicDigests.Group;
import io.flowledger.deploy.copy.TopicDigests.Slice;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.schemas.serde.Framing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads source and target from their beginnings and compares them: of every key, so of every flow,
 * the same records in the same order. On the way, the heads of the hash chains over the events of
 * both are made.
 */
final class LogCheck {

  private static final int MOST_DIFFERENCES = 10;
  private static final int LONGEST_KEY = 100;

  /**
   * What was found of a topic.
   *
   * @param records of the source
   * @param keys that were compared
   * @param differences a line for each key that differs, of the first ones
   */
  record Result(CopiedTopic topic, long records, long keys, List<String> differences) {

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s: %,d records, %,d keys", topic.label(), records, keys);
    }
  }

  private final LogSide source;
  private final LogSide target;
  private final SourceWalk walk;
  private final CopyProgress progress;
  private final int mostGroups;
  private final Map<Integer, LogHead> sourceHeads = new TreeMap<>();
  private final Map<Integer, LogHead> targetHeads = new TreeMap<>();

  /**
   * @param mostGroups keys that are in memory at a time, of each side
   */
  LogCheck(LogSide source, LogSide target, SourceWalk walk, CopyProgress progress, int mostGroups) {
    this.source = source;
    this.target = target;
    this.walk = walk;
    this.progress = progress;
    this.mostGroups = mostGroups;
  }

  /**
   * @param steps all of the topic
   */
  Result compare(CopiedTopic topic, List<CopyStep> steps) {
    Comparison comparison = new Comparison(topic, steps);
    comparison.compare(Slice.ALL);
    return new Result(topic, comparison.records, comparison.keys, comparison.differences);
  }

  List<PartitionHead> sourceHeads() {
    return heads(source, sourceHeads);
  }

  List<PartitionHead> targetHeads() {
    return heads(target, targetHeads);
  }

  private static List<PartitionHead> heads(LogSide side, Map<Integer, LogHead> heads) {
    return heads.entrySet().stream()
        .map(
            head ->
                new PartitionHead(side.place().topics().events(), head.getKey(), head.getValue()))
        .toList();
  }

  private static void chain(
      Map<Integer, LogHead> heads, ConsumerRecord<byte[], byte[]> record, Slice slice) {
    if (slice.bits() == 0) { // others go over the same records once more
      byte[] value = Framing.framed(record.headers(), record.value());
      heads.compute(
          record.partition(),
          (partition, head) ->
              (head == null ? LogHead.EMPTY : head).next(record.key(), value, record.offset()));
    }
  }

  private final class Comparison {
    private final CopiedTopic topic;
    private final List<CopyStep> steps;
    private final List<String> differences = new ArrayList<>();
    private long records;
    private long keys;

    Comparison(CopiedTopic topic, List<CopyStep> steps) {
      this.topic = topic;
      this.steps = steps;
    }

    void compare(Slice slice) {
      TopicDigests wanted = new TopicDigests(topic, slice, mostGroups);
      for (CopyStep step : steps) {
        walk.over(
            step,
            (partition, offset, record) -> {
              wanted.add(partition, record);
              if (topic == CopiedTopic.EVENTS) {
                chain(sourceHeads, record, slice);
              }
            });
      }
      TopicDigests found = new TopicDigests(topic, slice, mostGroups);
      readTarget(found, slice);
      if (wanted.isOverflown() || found.isOverflown()) {
        compare(slice.half(0));
        compare(slice.half(1));
        return;
      }
      records += wanted.records();
      keys += wanted.groups().size();
      compare(wanted.groups(), found.groups());
    }

    private void readTarget(TopicDigests found, Slice slice) {
      String name = topic.name(target.place().topics());
      int partitions = topic.partitions(target.place().topics());
      long[] beginnings = target.beginnings(name, partitions);
      long[] ends = target.ends(name, partitions);
      for (int partition = 0; partition < ends.length; partition++) {
        target.read(
            name,
            partition,
            beginnings[partition],
            ends[partition],
            record -> {
              found.add(record.partition(), record);
              progress.one();
              if (topic == CopiedTopic.EVENTS) {
                chain(targetHeads, record, slice);
              }
            });
      }
    }

    private void compare(Map<Group, byte[]> wanted, Map<Group, byte[]> found) {
      Set<Group> all = new HashSet<>(wanted.keySet());
      all.addAll(found.keySet());
      for (Group group : all) {
        byte[] one = wanted.get(group);
        byte[] other = found.get(group);
        if (!Arrays.equals(one, other) && differences.size() < MOST_DIFFERENCES) {
          differences.add(
              "%s-%d: the records of %s %s"
                  .formatted(
                      topic.name(target.place().topics()),
                      group.partition(),
                      shown(group),
                      one == null
                          ? "are in the target only"
                          : other == null ? "are not in the target" : "differ"));
        }
      }
    }

    private static String shown(Group group) {
      String key = new String(group.key().array(), StandardCharsets.UTF_8);
      return key.isEmpty()
          ? "no key"
          : "'" + key.substring(0, Math.min(key.length(), LONGEST_KEY)) + "'";
    }
  }
}
