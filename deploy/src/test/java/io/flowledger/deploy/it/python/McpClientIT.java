package io.flowledger.deploy.it.python;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official Python SDK of MCP, over standard input and output and over HTTP, asks why a real
 * flow has failed and what has changed since it worked, and is answered by one call.
 */
class McpClientIT {

  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("THE PYTHON SDK OF MCP", "mcp, metaflow", "mcp");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Test
  void whyTheLatestRunHasFailedAndWhatHasChanged(@TempDir Path temp) throws Exception {
    needPython310(temp);
    PYTHON.install(temp);
    try (TestServer server = TestServer.start()) {
      PythonEnvironment.Finished finished =
          PYTHON.run(
              temp,
              LIMIT,
              Map.of("METAFLOW_SERVICE_URL", server.url(""), "MCP_COMMAND", command()),
              "explain.py");
      assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    }
  }

  /** The program, of the class path of the tests, as a list in JSON. */
  private static String command() {
    return Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "mcp")
        .map(argument -> "\"" + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** The SDK does. */
  private static void needPython310(Path temp) throws Exception {
    List<String> check =
        List.of("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 10))");
    if (!PythonEnvironment.run(temp, Duration.ofMinutes(1), Map.of(), check).successful()) {
      System.err.println(
          "WARNING: THE TESTS WITH THE PYTHON SDK OF MCP NEED python3, 3.10 OR NEWER."
              + " THEY ARE SKIPPED.");
      Assumptions.abort("python3 is older than 3.10");
    }
  }
}
