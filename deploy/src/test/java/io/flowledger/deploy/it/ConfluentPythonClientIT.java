package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Confluent's Python client, its registry client and its Avro serializer, with our registry and our
 * log. The scenarios are Python, in {@code src/test/confluent}; {@code scenarios.py} there tells
 * how to play them by hand. Here each is a test.
 */
class ConfluentPythonClientIT {

  private static final int KAFKA_PORT = Ports.free();
  private static final String SCRIPT = "scenarios.py";
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("CONFLUENT'S PYTHON CLIENT", "confluent_kafka", "confluent");

  private static @Nullable TestServer server;

  @BeforeAll
  static void installClientAndStartServer(@TempDir Path temp) throws Exception {
    PYTHON.install(temp);
    server = TestServer.startWithKafkaAt(KAFKA_PORT);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"consumes_events", "produces_an_event", "registers_schemas", "keeps_the_rules"})
  void scenario(String name, @TempDir Path temp) throws Exception {
    if (server == null) {
      throw new IllegalStateException("the server has not been started");
    }
    Map<String, String> environment =
        Map.of(
            "SERVICE_URL", server.url(""),
            "REGISTRY_URL", server.url("/schema-registry"),
            "BOOTSTRAP_SERVERS", "127.0.0.1:" + KAFKA_PORT);
    PythonEnvironment.Finished finished = PYTHON.run(temp, LIMIT, environment, SCRIPT, name);
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
  }

  @Test
  void everyScenarioOfTheScriptIsATestHere(@TempDir Path temp) throws Exception {
    ValueSource tests =
        ConfluentPythonClientIT.class
            .getDeclaredMethod("scenario", String.class, Path.class)
            .getAnnotation(ValueSource.class);
    PythonEnvironment.Finished finished = PYTHON.run(temp, LIMIT, Map.of(), SCRIPT, "--list");
    assertThat(finished.output().lines()).containsExactly(tests.strings());
  }
}
