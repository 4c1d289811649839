package io.flowledger.deploy.server;

import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.registry.SubjectNameStrategy;
import io.flowledger.schemas.registry.http.HttpSchemaRegistry;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.ForeignSerializer;
import io.flowledger.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The registry of schemas and the serde of the log's records, made over the topic of schemas or
 * over a registry elsewhere.
 */
public final class EventSerdes {

  private EventSerdes() {}

  /**
   * The registry that is configured; not asked anything yet.
   *
   * @param properties of a registry elsewhere, under Confluent's names; empty for the topic
   * @param clients settings of all Kafka clients
   * @throws SchemaRegistry.SchemaRegistryException when it cannot be used
   */
  public static SchemaRegistry registry(
      Map<String, String> properties, Map<String, Object> clients, String topic) {
    return properties.isEmpty()
        ? new TopicSchemaRegistry(clients, topic)
        : new HttpSchemaRegistry(HttpSchemaRegistryConfig.of(properties));
  }

  /**
   * Makes all types of records known to the registry. Blocks.
   *
   * @param foreign writes in its stead
   * @throws SchemaRegistry.SchemaRegistryException when that fails
   */
  static EventSerde registered(
      SchemaRegistry registry,
      Map<String, String> properties,
      Topics topics,
      Optional<ForeignSerializer> foreign) {
    EventSerde serde =
        new EventSerde(
            registry,
            properties.isEmpty()
                ? SubjectNameStrategy.TOPIC_RECORD
                : HttpSchemaRegistryConfig.of(properties).subjects());
    register(serde, topics.events(), EventTypes.EVENTS, foreign);
    register(serde, topics.heartbeats(), EventTypes.HEARTBEATS, foreign);
    register(serde, topics.ids(), EventTypes.IDS, foreign);
    return serde;
  }

  private static void register(
      EventSerde serde, String topic, List<Schema> types, Optional<ForeignSerializer> foreign) {
    foreign.ifPresentOrElse(
        serializer -> serde.register(topic, types, serializer), () -> serde.register(topic, types));
  }
}
