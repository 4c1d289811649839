package io.flowledger.projector;

import io.flowledger.schemas.PartitionReader;
import org.apache.kafka.common.Uuid;

/** The one partition of a {@link FakeLog}, to be audited. */
public record FakeAuditedLog(FakeLog log) implements AuditedLog {

  @Override
  public String topic() {
    return FakeLog.PARTITION.topic();
  }

  @Override
  public Uuid topicId() {
    return log.inspect(FakeLog.PARTITION).topic();
  }

  @Override
  public int partitions() {
    return 1;
  }

  @Override
  public long start(int partition) {
    return log.inspect(FakeLog.PARTITION).start();
  }

  @Override
  public long end(int partition) {
    return log.end();
  }

  @Override
  public void read(int partition, long end, PartitionReader.Visitor visitor) {
    for (int offset = 0; offset < end; offset++) {
      visitor.visit(log.record(offset));
    }
  }
}
