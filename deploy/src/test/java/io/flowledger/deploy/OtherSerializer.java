package io.flowledger.deploy;

import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.HttpSchemaRegistry;
import io.flowledger.schemas.HttpSchemaRegistryConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** A serializer as Confluent's is: configured by properties, registers schemas, writes events. */
public final class OtherSerializer implements Serializer<Object> {

  /** How often each topic was written for. */
  public static final Map<String, AtomicInteger> WRITTEN = new ConcurrentHashMap<>();

  private @Nullable HttpSchemaRegistry registry;
  private @Nullable EventSerde serde;

  @Override
  public void configure(Map<String, ?> properties, boolean isKey) {
    Map<String, String> own = new HashMap<>();
    properties.forEach((name, value) -> own.put(name, String.valueOf(value)));
    registry = new HttpSchemaRegistry(HttpSchemaRegistryConfig.of(own));
    EventSerde made = new EventSerde(registry);
    made.register("other", EventTypes.EVENTS);
    made.register("other", EventTypes.HEARTBEATS);
    made.register("other", EventTypes.IDS);
    serde = made;
  }

  @Override
  public byte[] serialize(String topic, Object record) {
    return Objects.requireNonNull(serde, "not configured").serialize((SpecificRecord) record);
  }

  @Override
  public byte[] serialize(String topic, Headers headers, Object record) {
    WRITTEN.computeIfAbsent(topic, first -> new AtomicInteger()).incrementAndGet();
    return serialize(topic, record);
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }
}
