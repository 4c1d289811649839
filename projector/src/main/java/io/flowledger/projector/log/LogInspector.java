package io.flowledger.projector.log;

import java.util.Optional;
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
   * @param lastKeyed offset of the last record that a restoring store is given, -1 when there is
   *     none
   */
  record LogState(Uuid topic, long start, long end, long lastKeyed) {}

  LogState inspect(TopicPartition partition);

  /** Fingerprint of the record at exactly that offset; empty when none is there. */
  Optional<RecordFingerprint> fingerprint(TopicPartition partition, long offset);
}
