package io.flowledger.projector.log;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;

/** Records that are not as they were written: how a consumer says so, and what it says of them. */
public final class DamagedRecords {

  private DamagedRecords() {}

  /**
   * Whether that is its fault. For bytes that are no records, a consumer has no class of its own.
   */
  public static boolean are(KafkaException fault) {
    return fault.getClass() == KafkaException.class
        || fault instanceof CorruptRecordException
        || fault.getCause() instanceof CorruptRecordException;
  }

  /** Which record, and what of it: the first cause says so, what it has led to does not. */
  public static String why(Throwable fault) {
    Throwable first = fault;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return String.valueOf(first.getMessage());
  }
}
