package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of producers do what they say, past the HTTP API of a running server. */
class ExamplesIT {

  private static final Path EXAMPLES = PythonEnvironment.MODULE.resolve("examples");
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String STEP = "/flows/ExampleFlow/runs/1/steps/start";

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  private static String kafka = "";

  @BeforeAll
  static void start() {
    int port = Ports.free();
    kafka = "127.0.0.1:" + port;
    server = TestServer.startWithKafkaAt(port);
    api = Api.of(server);
    api.created("/flows/ExampleFlow", "{}");
    api.created("/flows/ExampleFlow/run", "{}");
    api.created(STEP + "/step", "{}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Registers a task; returns its number. */
  private static String task() {
    return Api.field(api.created(STEP + "/task", "{}"), "task_id");
  }

  private static void assertRecorded(String task) {
    String metadata = api.get(STEP + "/tasks/" + task + "/metadata").body();
    assertThat(metadata)
        .matches(
            "\\[\\{\"id\": (\\d+), .*\"field_name\": \"region\", \"value\": \"eu-central-1\", .*"
                + "\\{\"id\": (\\d+), .*\"field_name\": \"gpu_hours\", \"value\": \"3.5\", .*");
  }

  @Test
  void python(@TempDir Path temp) throws Exception {
    PythonEnvironment python = PythonEnvironment.ofExamples();
    python.install(temp);
    String task = task();
    PythonEnvironment.Finished finished =
        python.run(
            temp,
            LIMIT,
            Map.of(),
            "metadata_producer.py",
            "--bootstrap",
            kafka,
            "--service",
            server.url(""),
            "ExampleFlow/1/start/" + task,
            "gpu_hours=3.5",
            "region=eu-central-1");
    assertThat(finished.output())
        .isEqualTo("2 values of ExampleFlow/1/start/" + task + " recorded\n");
    awaitMetadata(task);
    assertRecorded(task);
  }

  @Test
  void java(@TempDir Path temp) throws Exception {
    String task = task();
    PythonEnvironment.Finished finished =
        PythonEnvironment.run(
            temp,
            LIMIT,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path", ""),
                EXAMPLES.resolve("java/MetadataProducer.java").toString(),
                kafka,
                server.url(""),
                "ExampleFlow/1/start/" + task,
                "gpu_hours=3.5",
                "region=eu-central-1"));
    assertThat(finished.output())
        .endsWith("2 values of ExampleFlow/1/start/" + task + " recorded\n");
    awaitMetadata(task);
    assertRecorded(task);
  }

  /** The producer has the acknowledgement of the log; the view follows. */
  private static void awaitMetadata(String task) {
    Awaitility.await()
        .until(() -> !api.get(STEP + "/tasks/" + task + "/metadata").body().equals("[]"));
  }
}
