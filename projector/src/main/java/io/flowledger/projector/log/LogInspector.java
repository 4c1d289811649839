package io.flowledger.projector.log;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Inspects a log for what a store has to know when it opens. */
public interface LogInspector {

  /**
   * The log as it is now.
   *
   * @param topic id of the topic
   * @param start first offset that is there
   * @param end offset after the last record
   * @param last offset of the last record, -1 when there is none; the marks of transactions take
   *     offsets too
   * @param lastFingerprint of the last record; empty when there is none
   */
  record LogState(
      Uuid topic, long start, long end, long last, Optional<RecordFingerprint> lastFingerprint) {

    static LogState of(
        Uuid topic, long start, long end, Optional<ConsumerRecord<byte[], byte[]>> last) {
      return new LogState(
          topic,
          start,
          end,
          last.map(ConsumerRecord::offset).orElse(-1L),
          last.map(RecordFingerprint::of));
    }
  }

  LogState inspect(TopicPartition partition);

  /** Fingerprint of the record at exactly that offset; empty when none is there. */
  Optional<RecordFingerprint> fingerprint(TopicPartition partition, long offset);
}
