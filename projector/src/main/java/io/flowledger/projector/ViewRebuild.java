package io.flowledger.projector;

import io.flowledger.projector.log.DeadLetter;
import io.flowledger.projector.log.RecordTime;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.ViewTable;
import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.PartitionReader;
import io.flowledger.schemas.topic.Topics;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One view while it is made from the whole log. Records that the group had not delivered before are
 * counted, and go to the dead letters, from here.
 */
final class ViewRebuild implements AutoCloseable {

  private static final long RECORDS_WORTH_COMPACTING = 100_000;

  /** What all views of a rebuild have in common. */
  record Setting(
      Topics topics,
      Producer<byte[], byte[]> deadLetters,
      ProjectorMetrics metrics,
      RebuildProgress progress) {}

  private final Setting setting;
  private final ViewTable table;
  private final long delivered;
  private final boolean overlaps;
  private long read;
  private volatile boolean whole;
  private volatile boolean lostDeadLetter;

  /**
   * @param table of the view; closed with this
   * @param delivered below this offset, the group has seen to all records
   */
  ViewRebuild(Setting setting, ViewTable table, long delivered) {
    this.setting = setting;
    this.table = table;
    this.delivered = delivered;
    this.overlaps = start() <= delivered;
  }

  TopicPartition source() {
    return table.partition();
  }

  private long start() {
    return Math.max(table.logState().start(), table.applied() + 1);
  }

  /** How many records there are to read. */
  long expected() {
    return table.logState().end() - start();
  }

  /** Applies all that the log had when the view was opened. */
  void make(Consumer<byte[], byte[]> consumer) {
    consumer.assign(List.of(source()));
    consumer.seek(source(), start());
    table.startBulk();
    PartitionReader.readTo(consumer, source(), table.logState().end(), this::apply);
    table.write();
    table.endBulk();
    if (read >= RECORDS_WORTH_COMPACTING) {
      // Opened for ordinary use with that many files, it would let nobody write for a while.
      table.table().compact();
    }
    if (delivered > 0) {
      table.commit(Math.min(delivered - 1, table.applied()));
    }
    whole = true;
  }

  /** Whether everything up to here has been delivered, by the group or here. */
  boolean isDelivered() {
    return whole && overlaps && !lostDeadLetter;
  }

  /** Behind all that was read: marks of transactions are not applied, but have been seen to. */
  OffsetAndMetadata nextOffset() {
    return new OffsetAndMetadata(Math.max(delivered, table.logState().end()));
  }

  /** The group goes on behind it. */
  void committed() {
    table.commit(nextOffset().offset() - 1);
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    Verdict verdict =
        table.apply(
            record.key(), Framing.framed(record.headers(), record.value()), record.offset());
    if (record.offset() >= delivered) {
      deliver(record, verdict);
    }
    if (table.isFull()) {
      table.write();
    }
    read++;
    setting.progress().done(1);
  }

  private void deliver(ConsumerRecord<byte[], byte[]> record, Verdict verdict) {
    setting.metrics().count(record.topic(), verdict);
    if (verdict instanceof Verdict.Rejected rejected) {
      DeadLetter letter =
          DeadLetter.of(
              record.key(),
              record.value(),
              record.headers(),
              new DeadLetter.Source(record.topic(), record.partition(), record.offset()),
              rejected.reason(),
              DeadLetter.mostBytes(setting.topics()));
      setting
          .deadLetters()
          .send(
              new ProducerRecord<>(
                  setting.topics().deadLetters(),
                  null,
                  RecordTime.of(record),
                  letter.key(),
                  letter.value(),
                  letter.headers()),
              (sent, failure) -> lostDeadLetter |= failure != null);
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
