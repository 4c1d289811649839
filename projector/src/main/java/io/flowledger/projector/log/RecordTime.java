package io.flowledger.projector.log;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * When a record was made, as far as that is known. Clients of other makes can write a time before
 * 1970, or none, which is -1: neither may stop whoever reads it.
 */
public final class RecordTime implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return of(record);
  }

  /** Epoch milliseconds; 0 for a time that nobody can write again. */
  public static long of(ConsumerRecord<?, ?> record) {
    return Math.max(0, record.timestamp());
  }
}
