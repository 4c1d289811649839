package io.flowledger.projector.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Brings records without a key through to stores that are restored, and to standby replicas. Kafka
 * Streams skips those of a changelog before any store sees them, since a changelog of its own never
 * has any; but a topic that is a changelog may have them, live processing is given them, and a view
 * must not depend on which way it was made.
 *
 * <p>So as an interceptor of the restore consumer, this puts a key in the place of none, which
 * {@link #keyOf} tells from every other by its identity: it is one array of this process, which no
 * deserializer can make.
 */
public final class KeylessRecords implements ConsumerInterceptor<byte[], byte[]> {

  private static final byte[] NO_KEY = {};

  /** The key that the record has in the log; null for none. */
  public static byte @Nullable [] keyOf(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    return key == NO_KEY ? null : key;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    boolean all = true;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      all &= record.key() != null;
    }
    if (all) {
      return records;
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> keyed = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> own = new ArrayList<>();
      records.records(partition).forEach(record -> own.add(keyed(record)));
      keyed.put(partition, own);
    }
    return new ConsumerRecords<>(keyed, records.nextOffsets());
  }

  private static ConsumerRecord<byte[], byte[]> keyed(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() != null) {
      return record;
    }
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        NO_KEY,
        record.value(),
        record.headers(),
        record.leaderEpoch());
  }

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
