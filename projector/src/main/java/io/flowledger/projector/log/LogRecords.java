package io.flowledger.projector.log;

import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The records of the events topic, by their offsets. */
@FunctionalInterface
public interface LogRecords {

  /**
   * Visits the records at these offsets; where there is none, it is left out. Blocks.
   *
   * @param offsets ascending
   * @param visitor says whether to go on
   * @throws io.flowledger.projector.readmodel.LogUnavailableException when they cannot be read
   */
  void read(int partition, long[] offsets, Predicate<ConsumerRecord<byte[], byte[]>> visitor);
}
