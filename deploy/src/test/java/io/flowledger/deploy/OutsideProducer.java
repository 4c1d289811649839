package io.flowledger.deploy;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.TopicSchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Somebody who appends events to the topic himself. */
public final class OutsideProducer implements AutoCloseable {

  public static final String EVENTS = "flowledger.events";
  public static final String WRITTEN_BY = "outside/1";
  public static final long TIME = 1_700_000_000_000L;

  private final TopicSchemaRegistry registry;
  private final EventSerde serde;
  private final KafkaProducer<byte[], byte[]> producer;

  public OutsideProducer(String bootstrapServers) {
    Map<String, Object> clients = Map.of("bootstrap.servers", bootstrapServers);
    registry = new TopicSchemaRegistry(clients, "_schemas");
    serde = new EventSerde(registry);
    serde.register(EVENTS, EventTypes.EVENTS);
    serde.register("flowledger.heartbeats", EventTypes.HEARTBEATS);
    producer = new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Appends to the partition that the flow belongs in. */
  public RecordMetadata append(String flow, SpecificRecord event) {
    return append(utf8(flow), serde.serialize(event));
  }

  @SuppressWarnings("NullAway") // a record may be without a key or a value
  public RecordMetadata append(byte @Nullable [] key, byte @Nullable [] value) {
    return append(new ProducerRecord<>(EVENTS, null, TIME, key, value));
  }

  public RecordMetadata append(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public byte[] bytes(SpecificRecord event) {
    return serde.serialize(event);
  }

  public int partitions() {
    return producer.partitionsFor(EVENTS).size();
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // ---- events ----------------------------------------------------------------------------------

  public static FlowRegistered flow(String flow) {
    return new FlowRegistered(
        EventIds.next(TIME), flow, "eve", List.of(), List.of(), TIME, null, WRITTEN_BY, null);
  }

  public static RunRegistered run(String flow, long run) {
    return new RunRegistered(
        EventIds.next(TIME),
        flow,
        run,
        null,
        "eve",
        List.of(),
        List.of(),
        null,
        TIME,
        null,
        WRITTEN_BY,
        null);
  }

  public static RunTagsMutated tag(String flow, long run, String tag) {
    return new RunTagsMutated(
        EventIds.next(TIME), flow, run, List.of(), List.of(tag), TIME, null, WRITTEN_BY, null);
  }

  public static StepRegistered step(String flow, long run, String step) {
    return new StepRegistered(
        EventIds.next(TIME), flow, run, step, "eve", null, null, TIME, null, WRITTEN_BY, null);
  }

  public static TaskRegistered task(String flow, long run, String step, long task) {
    return new TaskRegistered(
        EventIds.next(TIME),
        flow,
        run,
        step,
        task,
        null,
        "eve",
        null,
        null,
        null,
        TIME,
        null,
        WRITTEN_BY,
        null);
  }

  public static MetadataRecorded metadata(String flow, long run, String step, long task, long id) {
    return new MetadataRecorded(
        EventIds.next(TIME),
        flow,
        run,
        step,
        task,
        List.of(new MetadataEntry(id, "field", "value", "type", "eve", null, null)),
        TIME,
        null,
        WRITTEN_BY,
        null);
  }

  @Override
  public void close() {
    producer.close();
    registry.close();
  }
}
