package io.flowledger.projector;

import io.flowledger.projector.log.EventReader;
import io.flowledger.projector.log.KafkaLogInspector;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** What is read from the log itself, wherever its views are. Every method blocks. */
final class LogReads implements AutoCloseable {

  private static final String TRACE_PARENT = "traceparent"; // W3C Trace Context

  private final Topics topics;
  private final EventReader reader;
  private final KafkaLogInspector inspector;
  private final EventSerde serde;

  /**
   * @param reader closed with this
   * @param inspector closed with this
   */
  LogReads(Topics topics, EventReader reader, KafkaLogInspector inspector, EventSerde serde) {
    this.topics = topics;
    this.reader = reader;
    this.inspector = inspector;
    this.serde = serde;
  }

  /**
   * Visits events; what no build can read is left out.
   *
   * @param offsets ascending
   * @throws LogUnavailableException when the log cannot be read
   */
  void events(int partition, long[] offsets, RowVisitor<LoggedEvent> visitor) {
    try {
      reader.read(
          partition,
          offsets,
          record ->
              serde
                  .event(Framing.framed(record.headers(), record.value()))
                  .flatMap(event -> LoggedEvent.of(record.offset(), event, traceParent(record)))
                  .map(visitor::visit)
                  .orElse(true));
    } catch (SchemaRegistryException e) {
      throw new LogUnavailableException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<String> traceParent(ConsumerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(record.headers().lastHeader(TRACE_PARENT))
        .map(Header::value)
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** The offset after the last record of a partition. */
  long end(Position.Log log, int partition) {
    return reader.end(topic(log, partition));
  }

  /** Offset of its last record, -1 for none; the marks of transactions are no records. */
  long last(Position.Log log, int partition) {
    return inspector.inspect(topic(log, partition)).last();
  }

  /** How far a view is. */
  interface Applied {
    /** Offset of the last record in it. */
    long of(Position.Log log, int partition);
  }

  /** The last records of partitions, as far as the views lack them; mostly that is one question. */
  List<Position> missing(Collection<Integer> partitions, Applied applied) {
    Map<TopicPartition, Long> ends =
        reader.ends(
            partitions.stream()
                .flatMap(
                    partition -> Stream.of(Position.Log.values()).map(log -> topic(log, partition)))
                .toList());
    List<Position> missing = new ArrayList<>();
    for (int partition : partitions) {
      for (Position.Log log : Position.Log.values()) {
        long has = applied.of(log, partition);
        // What comes after the last record, if anything does, is the mark of a transaction.
        long last =
            ends.getOrDefault(topic(log, partition), 0L) > has + 1 ? last(log, partition) : has;
        if (last > has) {
          missing.add(new Position(log, partition, last));
        }
      }
    }
    return missing;
  }

  private TopicPartition topic(Position.Log log, int partition) {
    return new TopicPartition(
        log == Position.Log.EVENTS ? topics.events() : topics.heartbeats(), partition);
  }

  @Override
  public void close() {
    reader.close();
    inspector.close();
  }
}
