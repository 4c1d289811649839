package io.flowledger.deploy.it;

import io.flowledger.deploy.fixture.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The same API with the Kafka that its project publishes as an image. Where there is no Docker it
 * is skipped; {@link ExternalBrokerIT} asks the same of a broker without it.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainerBrokerIT extends ApiContract {

  @Container private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.3.1");

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.startOn(KAFKA.getBootstrapServers(), "container.");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  TestServer server() {
    return server;
  }
}
