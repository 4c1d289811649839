package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
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
 * Real flows with the real Metaflow client: what it does and sees with Flowledger is what it does
 * and sees with the metadata provider that it brings along.
 *
 * <p>The scenarios are Python, in {@code src/test/metaflow}; {@code scenarios.py} there tells how
 * to play them by hand. Here each is a test.
 */
class MetaflowClientIT {
  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("THE METAFLOW CLIENT", "metaflow", "metaflow");
  private static final String SCRIPT = "scenarios.py";
  private static final Duration SHORT_LIMIT = Duration.ofMinutes(1);

  /** Longer than the scripts' own limits: they end what hangs, and say what it was. */
  private static final Duration SCENARIO_LIMIT = Duration.ofMinutes(12);

  private static @Nullable TestServer server;

  @BeforeAll
  static void installMetaflowAndStartServer(@TempDir Path temp) throws Exception {
    PYTHON.install(temp);
    server = TestServer.start();
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear",
        "foreach",
        "nested_foreach",
        "branch",
        "retry",
        "resume",
        "namespaces",
        "tags",
        "string_ids",
        "concurrent_init",
        "concurrent_registration",
        "concurrent_tags",
        "heartbeats",
      })
  void scenario(String name, @TempDir Path temp) throws Exception {
    if (server == null) {
      throw new IllegalStateException("the server has not been started");
    }
    Map<String, String> environment =
        Map.of("METAFLOW_SERVICE_URL", "http://127.0.0.1:" + server.port());
    PythonEnvironment.Finished finished =
        PYTHON.run(temp, SCENARIO_LIMIT, environment, SCRIPT, name);
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
  }

  @Test
  void everyScenarioOfTheScriptsIsATestHere(@TempDir Path temp) throws Exception {
    ValueSource tests =
        MetaflowClientIT.class
            .getDeclaredMethod("scenario", String.class, Path.class)
            .getAnnotation(ValueSource.class);
    PythonEnvironment.Finished finished = PYTHON.run(temp, SHORT_LIMIT, Map.of(), SCRIPT, "--list");
    assertThat(finished.output().lines()).containsExactly(tests.strings());
  }
}
