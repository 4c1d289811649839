package io.flowledger.projector.audit;

import io.flowledger.schemas.topic.PartitionReader;
import org.apache.kafka.common.Uuid;

/** The log that is audited. */
public interface AuditedLog extends AutoCloseable {

  /** The records of a partition cannot be read as they are. */
  final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long offset;

    /**
     * @param offset from which on it is damaged
     */
    DamagedException(long offset, String message, Throwable cause) {
      super(message, cause);
      this.offset = offset;
    }

    long offset() {
      return offset;
    }
  }

  String topic();

  /** Which a recreated topic of the same name does not have. */
  Uuid topicId();

  int partitions();

  /** First offset of a partition that is there. */
  long start(int partition);

  /** Offset after the last record of a partition. */
  long end(int partition);

  /**
   * Visits the records of a partition in their order.
   *
   * @param end offset to stop before
   * @throws DamagedException when a record cannot be read
   */
  void read(int partition, long end, PartitionReader.Visitor visitor);

  @Override
  default void close() {}
}
