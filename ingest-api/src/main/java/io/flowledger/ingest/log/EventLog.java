package io.flowledger.ingest.log;

import io.flowledger.http.trace.RequestTrace;
import io.flowledger.http.trace.TraceParent;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Appends to the log. The broker's acknowledgement is the commit point of every write. Never
 * blocks: what the producer has no room for fails at once, and so does everything while writes are
 * refused.
 */
public final class EventLog implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);
  private static final Duration NEVER_IDLE = Duration.ofDays(36_500);
  private static final int BATCH_BYTES = 64 << 10;
  private static final long BUFFER_BYTES = 64L << 20;
  private static final int DELIVERY_TIMEOUT_MS = 20_000;
  private static final int REQUEST_TIMEOUT_MS = 10_000;
  private static final int OPERATING_SYSTEM_BUFFER = -1;
  private static final int RECORD_OVERHEAD_BYTES = 2048; // its key, and the header of a batch

  private final Producer<byte[], byte[]> producer;
  private final EventSerde serde;
  private final Topics topics;
  private final ToIntFunction<String> partitioner;
  private final Timer latency;
  private final Writability writability = new Writability(System::nanoTime);

  /**
   * Connects and fetches what there is to know of the topics; blocks while it does.
   *
   * @param clients settings of all Kafka clients: bootstrap servers, security
   * @param partitioner from flow id to partition
   * @param metrics that its meters are registered with
   */
  public EventLog(
      Map<String, Object> clients,
      EventSerde serde,
      Topics topics,
      ToIntFunction<String> partitioner,
      MeterRegistry metrics) {
    this(connect(clients, topics), serde, topics, partitioner, metrics);
  }

  public EventLog(
      Producer<byte[], byte[]> producer,
      EventSerde serde,
      Topics topics,
      ToIntFunction<String> partitioner) {
    this(producer, serde, topics, partitioner, new SimpleMeterRegistry());
  }

  private EventLog(
      Producer<byte[], byte[]> producer,
      EventSerde serde,
      Topics topics,
      ToIntFunction<String> partitioner,
      MeterRegistry metrics) {
    this.producer = producer;
    this.serde = serde;
    this.topics = topics;
    this.partitioner = partitioner;
    this.latency = LogMeters.register(metrics, producer::metrics);
  }

  private static Producer<byte[], byte[]> connect(Map<String, Object> clients, Topics topics) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // Group commit: while one batch is being made durable, all that arrives gathers into the next.
    // With the five that are Kafka's default, batches are small, and each pays for a flush.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topics.maxMessageBytes());
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(ProducerConfig.SEND_BUFFER_CONFIG, OPERATING_SYSTEM_BUFFER);
    config.put(ProducerConfig.RECEIVE_BUFFER_CONFIG, OPERATING_SYSTEM_BUFFER);
    // send() is called on event loops: it must not wait for room nor for metadata, and metadata of
    // a topic that was idle for long must not be forgotten.
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
    config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, NEVER_IDLE.toMillis());
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    ProducerWarmUp.fetchMetadata(
        producer, topics.events(), topics.heartbeats(), topics.ids(), topics.deadLetters());
    return producer;
  }

  /** Is told how an append ended, on a thread of the producer: it must not block. */
  public interface Acknowledgement {
    void appended(Position position);

    /** It is not known whether the record is in the log, unless the cause says so. */
    void failed(Exception cause);

    /** One that takes each end for itself. */
    static Acknowledgement of(Consumer<Position> appended, Consumer<Exception> failed) {
      return new Acknowledgement() {
        @Override
        public void appended(Position position) {
          appended.accept(position);
        }

        @Override
        public void failed(Exception cause) {
          failed.accept(cause);
        }
      };
    }
  }

  /** Whether it can be written. */
  public Writability writability() {
    return writability;
  }

  /** An event as its record has it. */
  public byte[] serialized(SpecificRecord event) {
    return serde.serialize(event);
  }

  /** The largest that the log takes, about. */
  public int maxEventBytes() {
    return topics.maxMessageBytes() - RECORD_OVERHEAD_BYTES;
  }

  /** Appends an event to the history of a flow. */
  public void append(String flowId, SpecificRecord event, Acknowledgement acknowledgement) {
    append(flowId, event, RequestTrace.NONE, acknowledgement);
  }

  /**
   * The same of one that a request has made.
   *
   * @param trace whose span of the request its record names in the header {@value
   *     TraceParent#HEADER}
   */
  public void append(
      String flowId, SpecificRecord event, RequestTrace trace, Acknowledgement acknowledgement) {
    append(flowId, serde.serialize(event), trace, acknowledgement);
  }

  /** The same of one that is serialized, and that no request has made. */
  public void append(String flowId, byte[] event, Acknowledgement acknowledgement) {
    append(flowId, event, RequestTrace.NONE, acknowledgement);
  }

  private void append(
      String flowId, byte[] event, RequestTrace trace, Acknowledgement acknowledgement) {
    send(
        new ProducerRecord<>(
            topics.events(),
            partitioner.applyAsInt(flowId),
            utf8(flowId),
            event,
            trace.own().map(EventLog::headers).orElse(List.of())),
        Position.Log.EVENTS,
        trace,
        acknowledgement);
  }

  private static List<Header> headers(TraceParent span) {
    return List.of(new RecordHeader(TraceParent.HEADER, utf8(span.toString())));
  }

  /**
   * Appends a heartbeat.
   *
   * @param object names the run or task in the compacted topic, which keeps the latest
   */
  public void beat(
      String flowId, String object, SpecificRecord heartbeat, Acknowledgement acknowledgement) {
    send(
        new ProducerRecord<>(
            topics.heartbeats(),
            partitioner.applyAsInt(flowId),
            utf8(object),
            serde.serialize(heartbeat)),
        Position.Log.HEARTBEATS,
        acknowledgement);
  }

  /** Appends a claim of numbers; its place in the topic decides which numbers they are. */
  public void claim(SpecificRecord claim, String sequence, Acknowledgement acknowledgement) {
    send(
        new ProducerRecord<>(topics.ids(), 0, utf8(sequence), serde.serialize(claim)),
        Position.Log.EVENTS,
        acknowledgement);
  }

  /** Appends a record as it is, to the partition that it names. */
  public void append(ProducerRecord<byte[], byte[]> record, Acknowledgement acknowledgement) {
    boolean isHeartbeat = record.topic().equals(topics.heartbeats());
    send(record, isHeartbeat ? Position.Log.HEARTBEATS : Position.Log.EVENTS, acknowledgement);
  }

  private void send(
      ProducerRecord<byte[], byte[]> record, Position.Log log, Acknowledgement acknowledgement) {
    send(record, log, RequestTrace.NONE, acknowledgement);
  }

  private void send(
      ProducerRecord<byte[], byte[]> record,
      Position.Log log,
      RequestTrace trace,
      Acknowledgement acknowledgement) {
    Optional<String> refusal = writability.refusal();
    if (refusal.isPresent()) {
      writability.refused();
      acknowledgement.failed(new WritesRefusedException(refusal.get()));
      return;
    }
    long begun = System.nanoTime();
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure != null) {
              writability.failed(failure);
              acknowledgement.failed(failure);
            } else {
              writability.appended();
              long now = System.nanoTime();
              latency.record(now - begun, TimeUnit.NANOSECONDS);
              trace.add("append", begun, now);
              acknowledgement.appended(new Position(log, metadata.partition(), metadata.offset()));
            }
          });
    } catch (KafkaException | IllegalStateException e) {
      writability.failed(e);
      acknowledgement.failed(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Sends what is buffered, then disconnects. */
  @Override
  public void close() {
    producer.close(CLOSE_LIMIT);
  }
}
