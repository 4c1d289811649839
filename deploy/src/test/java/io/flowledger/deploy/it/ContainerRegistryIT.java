package io.flowledger.deploy.it;

import io.flowledger.deploy.fixture.TestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The same API with Kafka and Confluent's own registry as their projects publish them as images.
 * Where there is no Docker it is skipped; {@link SchemaRegistryIT} has a registry without it, and
 * says so.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainerRegistryIT extends ApiContract {

  private static final int REGISTRY_PORT = 8081;
  private static final Network NETWORK = Network.newNetwork();

  @Container
  private static final KafkaContainer KAFKA =
      new KafkaContainer("apache/kafka:4.3.1").withNetwork(NETWORK).withListener("kafka:19092");

  @Container
  private static final GenericContainer<?> REGISTRY =
      new GenericContainer<>("confluentinc/cp-schema-registry:8.1.1")
          .withNetwork(NETWORK)
          .dependsOn(KAFKA)
          .withExposedPorts(REGISTRY_PORT)
          .withEnv("SCHEMA_REGISTRY_HOST_NAME", "registry")
          .withEnv("SCHEMA_REGISTRY_LISTENERS", "http://0.0.0.0:" + REGISTRY_PORT)
          .withEnv("SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS", "PLAINTEXT://kafka:19092")
          .waitingFor(Wait.forHttp("/subjects"));

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.startOn(
            KAFKA.getBootstrapServers(),
            "container.",
            Map.of(
                "schema.registry.url",
                "http://" + REGISTRY.getHost() + ":" + REGISTRY.getMappedPort(REGISTRY_PORT)));
  }

  @AfterAll
  static void stop() {
    server.close();
    NETWORK.close();
  }

  @Override
  TestServer server() {
    return server;
  }
}
