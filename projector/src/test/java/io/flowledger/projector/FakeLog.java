package io.flowledger.projector;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** One partition of a topic, in memory. */
public final class FakeLog implements LogInspector, RandomEvents.Log {

  public static final TopicPartition PARTITION = new TopicPartition("events", 0);

  /** What a log holds; a record without a key is one that no store is given. */
  public record Entry(byte @Nullable [] key, byte @Nullable [] value) {}

  private final List<Entry> entries = new ArrayList<>();
  private Uuid topic = new Uuid(1, 1);
  private int start;

  @Override
  public void append(byte @Nullable [] key, byte @Nullable [] value) {
    entries.add(new Entry(key, value));
  }

  public int end() {
    return entries.size();
  }

  public ConsumerRecord<byte[], byte[]> record(int offset) {
    Entry entry = entries.get(offset);
    return record(offset, entry.key(), entry.value());
  }

  @SuppressWarnings("NullAway") // Kafka's records may have neither key nor value
  private static ConsumerRecord<byte[], byte[]> record(
      int offset, byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, key, value);
  }

  /** The records, to be tampered with. */
  public List<Entry> entries() {
    return entries;
  }

  /** As an unclean stop of a broker does. */
  public void loseEnd(int newEnd) {
    entries.subList(newEnd, entries.size()).clear();
  }

  /** As retention does. */
  public void loseStart(int newStart) {
    start = newStart;
  }

  /** Deletes the topic and creates one of the same name. */
  public void recreate() {
    topic = new Uuid(topic.getMostSignificantBits(), topic.getLeastSignificantBits() + 1);
    entries.clear();
    start = 0;
  }

  /** Gives the topic another id, but the same records. */
  public void copyToAnotherTopic() {
    topic = new Uuid(topic.getMostSignificantBits(), topic.getLeastSignificantBits() + 1);
  }

  @Override
  public LogState inspect(TopicPartition partition) {
    int lastKeyed = end() - 1;
    while (lastKeyed >= start && entries.get(lastKeyed).key() == null) {
      lastKeyed--;
    }
    return new LogState(topic, start, end(), lastKeyed < start ? -1 : lastKeyed);
  }

  @Override
  public Optional<StoreIdentity.Fingerprint> fingerprint(TopicPartition partition, long offset) {
    if (offset < start || offset >= end()) {
      return Optional.empty();
    }
    Entry entry = entries.get((int) offset);
    return Optional.of(StoreIdentity.Fingerprint.of(entry.key(), entry.value()));
  }
}
