package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server with less memory than it is told to use for requests, under requests that need it: it
 * ends at once, with the status for that, and the next one has all that was acknowledged.
 */
final class OutOfMemoryIT {

  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final int STATUS = 3; // that of -XX:+ExitOnOutOfMemoryError
  private static final int CLIENTS = 12;
  private static final String TASK = "/flows/F/runs/1/steps/s/tasks/1";

  /** One request of these needs a buffer of its size outside of the heap, to be sent to Kafka. */
  private static final String LARGE =
      "[{\"value\": \"%s\"}%s]"
          .formatted(
              "v".repeat(900_000),
              ", {\"value\": \"%s\"}".formatted("v".repeat(900_000)).repeat(7));

  private final Path data = TestServer.temporaryFolder();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "the heap, -Xmx64m",
    "buffers outside of the heap, -Xmx256m -XX:+ExitOnOutOfMemoryError -XX:MaxDirectMemorySize=6m"
  })
  void theServerEndsAndTheNextHasAll(String what, String options) throws InterruptedException {
    try (ChildProcess server = server(options)) {
      String url = server.await(URL);
      Api api = new Api(url);
      api.created("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      api.created("/flows/F/runs/1/steps/s/step", "{}");
      api.created("/flows/F/runs/1/steps/s/task", "{}");
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Thread client = new Thread(() -> writeUntilGone(server, new Api(url)), "client-" + i);
        clients.add(client);
        client.start();
      }
      assertThat(server.exitStatus()).as(what).isEqualTo(STATUS);
      for (Thread client : clients) {
        client.join();
      }
    }
    try (ChildProcess server = server("-Xmx256m")) {
      Api api = new Api(server.await(URL));
      for (String run : acknowledged) {
        assertThat(api.get("/flows/F/runs/" + run).status()).as("run %s", run).isEqualTo(200);
      }
      String next = Api.field(api.created("/flows/F/run", "{}"), "run_number");
      assertThat(acknowledged).doesNotContain(next);
      server.terminate();
      assertThat(server.exitStatus()).isZero();
    }
  }

  private ChildProcess server(String options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-jar", JAR.toString(), "serve", "--port=0", "--min-free-disk=0"));
    command.add("--data=" + data);
    return ChildProcess.of(command);
  }

  /** Small ones are what is counted; large ones are what takes the memory. */
  private void writeUntilGone(ChildProcess server, Api api) {
    try {
      while (server.isAlive()) {
        Api.Answer run = api.post("/flows/F/run", "{}");
        if (run.status() == 200) {
          assertThat(acknowledged.add(Api.field(run.body(), "run_number"))).isTrue();
        }
        api.post(TASK + "/metadata", LARGE);
      }
    } catch (UncheckedIOException gone) {
      // as it has to be
    }
  }
}
