package io.flowledger.deploy.it.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that the real Metaflow client has made without a service read the same after a move. */
final class MigrateLocalIT {

  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("THE METAFLOW CLIENT", "metaflow", "metaflow");
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Map<String, String> LOCAL =
      Map.of(
          "METAFLOW_DEFAULT_METADATA", "local",
          "METAFLOW_DEFAULT_DATASTORE", "local",
          "METAFLOW_USER", "tester",
          "METAFLOW_HOME", "/nonexistent");

  @TempDir private Path folder;

  private String python(Map<String, String> environment, String script, String... arguments)
      throws IOException, InterruptedException {
    PythonEnvironment.Finished finished = PYTHON.run(folder, LIMIT, environment, script, arguments);
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    return finished.output();
  }

  private String run(String number) throws IOException {
    try (Stream<Path> runs = Files.list(folder.resolve(".metaflow").resolve("MovedFlow"))) {
      List<String> numbers =
          runs.map(path -> path.getFileName().toString())
              .filter(name -> name.matches("\\d+"))
              .sorted()
              .toList();
      return numbers.get(Integer.parseInt(number));
    }
  }

  private String migrate(TestServer server) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            new String[] {
              "migrate",
              "metaflow-local",
              folder.toString(),
              "--server",
              server.url(""),
              "--state",
              folder.resolve("state.json").toString(),
              "--verify"
            },
            Map.of(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    assertThat(status).as(err + "\n" + out).isZero();
    return out.toString();
  }

  @Test
  void runsReadTheSameAndNewOnesAreAdded() throws Exception {
    PYTHON.install(folder);
    String flow = "flows/moved.py";
    python(LOCAL, flow, "run", "--tag", "first");
    try (TestServer server = TestServer.start()) {
      assertThat(migrate(server)).startsWith("moved: 1 flows, 1 runs, 5 steps, 7 tasks, ");
      python(LOCAL, flow, "resume", "join", "--origin-run-id", run("0"));
      python(LOCAL, flow, "tag", "add", "--run-id", run("0"), "changed");
      python(LOCAL, flow, "tag", "remove", "--run-id", run("0"), "first");
      assertThat(migrate(server)).startsWith("moved: 0 flows, 1 runs, 5 steps, 7 tasks, ");
      assertThat(migrate(server)).startsWith("moved: 0 flows, 0 runs, 0 steps, 0 tasks, 0 ");

      String world = "local_world.py";
      String local = python(LOCAL, world, "local@" + folder, "MovedFlow");
      String served =
          python(
              Map.of("METAFLOW_SERVICE_URL", server.url(""), "METAFLOW_USER", "tester"),
              world,
              "service@" + server.url(""),
              "MovedFlow");
      assertThat(served).isEqualTo(local);
      assertThat(local).contains("hello 2").contains("\"changed\"").contains("\"total\"");
    }
  }
}
