package io.flowledger.deploy.copy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What one side of a copy holds of a topic, by partition of the target and key: of a log the digest
 * of the sequence of the records, of a compacted topic that of the last one. Memory is bounded: a
 * slice of the groups is looked at at a time, and one that turns out too large is given up.
 */
final class TopicDigests {

  /** Records under a key in a partition. */
  record Group(int partition, ByteBuffer key) {}

  /**
   * Groups whose hash ends so.
   *
   * @param bits how many of its bits count
   */
  record Slice(int bits, int value) {
    static final Slice ALL = new Slice(0, 0);
    private static final int MOST_BITS = 24;

    boolean has(Group group) {
      int mixed = (Arrays.hashCode(group.key().array()) + group.partition()) * 0x9E3779B9;
      return (mixed >>> Byte.SIZE & (1 << bits) - 1) == value;
    }

    boolean isDivisible() {
      return bits < MOST_BITS;
    }

    Slice half(int which) {
      return new Slice(bits + 1, value | which << bits);
    }
  }

  private static final byte[] NO_KEY = {};
  private static final byte[] START = {};

  private final CopiedTopic topic;
  private final Slice slice;
  private final int mostGroups;
  private final RecordDigest digest = new RecordDigest();
  private final Map<Group, byte[]> groups = new HashMap<>();
  private boolean overflown;
  private long records;

  TopicDigests(CopiedTopic topic, Slice slice, int mostGroups) {
    this.topic = topic;
    this.slice = slice;
    this.mostGroups = mostGroups;
  }

  /**
   * @param partition of the target
   */
  void add(int partition, ConsumerRecord<byte[], byte[]> record) {
    Group group =
        new Group(partition, ByteBuffer.wrap(record.key() == null ? NO_KEY : record.key()));
    if (overflown || !slice.has(group)) {
      return;
    }
    records++;
    if (!topic.isCompacted()) {
      groups.put(group, digest.chain(groups.getOrDefault(group, START), own(record)));
    } else if (record.value() == null) {
      groups.remove(group); // and the record itself goes, some day
    } else {
      groups.put(group, own(record));
    }
    if (groups.size() > mostGroups && slice.isDivisible()) {
      overflown = true;
      groups.clear();
    }
  }

  private byte[] own(ConsumerRecord<byte[], byte[]> record) {
    Predicate<Header> unchanged =
        topic == CopiedTopic.DEAD_LETTERS
            ? header -> !LetterPlaces.CHANGED.contains(header.key())
            : header -> true;
    return digest.of(record, unchanged);
  }

  /** Whether there are too many groups in the slice. */
  boolean isOverflown() {
    return overflown;
  }

  Map<Group, byte[]> groups() {
    return groups;
  }

  long records() {
    return records;
  }
}
