package io.flowledger.deploy.server;

import io.flowledger.projector.Projector;
import io.flowledger.schemas.EventTypes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Classes that the server will need next, loaded on another thread while it waits for its broker: a
 * good part of a start is the loading of classes, and the first client of each kind loads most of
 * them.
 */
final class WarmUp {

  private static final Map<String, Object> NOWHERE = Map.of("bootstrap.servers", "127.0.0.1:1");

  private WarmUp() {}

  /**
   * Returns at once. Nothing depends on how it ends: what it did not load is loaded when needed.
   */
  static void start() {
    CompletableFuture.runAsync(WarmUp::run);
  }

  private static void run() {
    Projector.loadNativeLibrary();
    Admin.create(NOWHERE).close(Duration.ZERO);
    new KafkaConsumer<>(NOWHERE, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .close(CloseOptions.timeout(Duration.ZERO));
    new KafkaProducer<>(NOWHERE, new ByteArraySerializer(), new ByteArraySerializer())
        .close(Duration.ZERO);
    EventTypes.byName("");
  }
}
