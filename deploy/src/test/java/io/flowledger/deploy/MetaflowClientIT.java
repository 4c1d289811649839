package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
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
 * to play them by hand. Here each is a test. They need Python 3.8 or newer. Metaflow itself is
 * installed, in the version that {@code requirements.txt} names, into a virtual environment below
 * {@code target}, and stays there for the next time. Where there is no such Python the tests are
 * skipped, unless the environment variable {@code CI} is {@code true}: then they fail.
 */
class MetaflowClientIT {
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Path SCRIPTS = MODULE.resolve("src/test/metaflow");
  private static final Path REQUIREMENTS = SCRIPTS.resolve("requirements.txt");
  private static final Path VENV = MODULE.resolve("target/metaflow-venv");
  private static final String VENV_PYTHON = VENV.resolve("bin/python").toString();

  private static final Duration SHORT_LIMIT = Duration.ofMinutes(1);
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

  /** Longer than the scripts' own limits: they end what hangs, and say what it was. */
  private static final Duration SCENARIO_LIMIT = Duration.ofMinutes(12);

  private static @Nullable TestServer server;

  /** How a command ended; {@code output} is of standard output and standard error. */
  private record Finished(boolean successful, String output) {}

  @BeforeAll
  static void installMetaflowAndStartServer(@TempDir Path temp) throws Exception {
    installMetaflow(temp);
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
    Finished finished = run(temp, SCENARIO_LIMIT, environment, scenarios(name));
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
  }

  @Test
  void everyScenarioOfTheScriptsIsATestHere(@TempDir Path temp) throws Exception {
    ValueSource tests =
        MetaflowClientIT.class
            .getDeclaredMethod("scenario", String.class, Path.class)
            .getAnnotation(ValueSource.class);
    Finished finished = run(temp, SHORT_LIMIT, Map.of(), scenarios("--list"));
    assertThat(finished.output().lines()).containsExactly(tests.strings());
  }

  private static List<String> scenarios(String argument) {
    return List.of(VENV_PYTHON, SCRIPTS.resolve("scenarios.py").toString(), argument);
  }

  /** Makes the virtual environment, unless it is there and is of the same requirements. */
  private static void installMetaflow(Path temp) throws Exception {
    Path marker = VENV.resolve("installed-requirements.txt");
    String requirements = Files.readString(REQUIREMENTS);
    if (Files.exists(marker)
        && Files.readString(marker).equals(requirements)
        && canRun(temp, VENV_PYTHON, "import metaflow")) {
      return;
    }
    String python = findPython(temp).orElseThrow(MetaflowClientIT::withoutPython);
    for (List<String> command :
        List.of(
            List.of(python, "-m", "venv", "--clear", VENV.toString()),
            List.of(VENV_PYTHON, "-m", "pip", "install", "-r", REQUIREMENTS.toString()))) {
      Finished finished = run(temp, INSTALL_LIMIT, Map.of(), command);
      assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    }
    Files.writeString(marker, requirements);
  }

  private static Optional<String> findPython(Path temp) throws Exception {
    String check = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 8))";
    for (String candidate : List.of("python3", "python")) {
      if (canRun(temp, candidate, check)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static boolean canRun(Path temp, String python, String script) throws Exception {
    try {
      return run(temp, SHORT_LIMIT, Map.of(), List.of(python, "-c", script)).successful();
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  private static RuntimeException withoutPython() {
    String message =
        "THE TESTS WITH THE METAFLOW CLIENT NEED python3, 3.8 OR NEWER, WITH ITS venv MODULE";
    if ("true".equals(System.getenv("CI"))) {
      return new IllegalStateException(message);
    }
    System.err.println("WARNING: " + message + ". THEY ARE SKIPPED.");
    return Assumptions.abort(message);
  }

  /** Runs a command to its end, or to the limit: then it and all that it has started are ended. */
  private static Finished run(
      Path temp, Duration limit, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(temp, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("TMPDIR", temp.toString());
    builder.environment().put("PYTHONIOENCODING", "utf-8");
    builder.environment().put("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    Process process = builder.start();
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Finished(process.exitValue() == 0, Files.readString(output));
      }
      return new Finished(
          false, "not finished after " + limit + ": " + command + "\n" + Files.readString(output));
    } finally {
      List<ProcessHandle> tree =
          Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
      tree.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
