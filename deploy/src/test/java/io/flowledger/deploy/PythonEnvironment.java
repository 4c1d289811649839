package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A virtual environment of Python below {@code target} with the packages that a {@code
 * requirements.txt} names; it stays there for the next time. Where there is no Python 3.8 or newer
 * the tests are skipped, unless the environment variable {@code CI} is {@code true}: then they
 * fail.
 */
final class PythonEnvironment {

  static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  private static final Duration SHORT_LIMIT = Duration.ofMinutes(1);
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

  private final Path folder;
  private final String python;

  private PythonEnvironment(Path folder) {
    this.folder = folder;
    this.python = folder.resolve("bin/python").toString();
  }

  /** How a command ended; {@code output} is of standard output and standard error. */
  record Finished(boolean successful, String output) {}

  /**
   * Makes it, unless it is there and is of the same requirements.
   *
   * @param name of its folder
   * @param modules that can be imported when it is whole
   */
  static PythonEnvironment of(String name, Path requirements, String modules, Path temp)
      throws Exception {
    PythonEnvironment environment = new PythonEnvironment(MODULE.resolve("target").resolve(name));
    environment.install(requirements, modules, temp);
    return environment;
  }

  private void install(Path requirements, String modules, Path temp) throws Exception {
    Path marker = folder.resolve("installed-requirements.txt");
    String wanted = Files.readString(requirements);
    if (Files.exists(marker)
        && Files.readString(marker).equals(wanted)
        && canRun(temp, python, "import " + modules)) {
      return;
    }
    String outer = findPython(temp).orElseThrow(PythonEnvironment::withoutPython);
    for (List<String> command :
        List.of(
            List.of(outer, "-m", "venv", "--clear", folder.toString()),
            List.of(python, "-m", "pip", "install", "-r", requirements.toString()))) {
      Finished finished = run(temp, INSTALL_LIMIT, Map.of(), command);
      assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    }
    Files.writeString(marker, wanted);
  }

  /** Runs a script with arguments. */
  Finished run(
      Path temp, Duration limit, Map<String, String> variables, Path script, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.addAll(List.of(args));
    return run(temp, limit, variables, command);
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
    String message = "THE TESTS WITH PYTHON NEED python3, 3.8 OR NEWER, WITH ITS venv MODULE";
    if ("true".equals(System.getenv("CI"))) {
      return new IllegalStateException(message);
    }
    System.err.println("WARNING: " + message + ". THEY ARE SKIPPED.");
    return Assumptions.abort(message);
  }

  /** Runs a command to its end, or to the limit: then it and all that it has started are ended. */
  static Finished run(
      Path temp, Duration limit, Map<String, String> variables, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(temp, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(variables);
    builder.environment().put("TMPDIR", temp.toString());
    builder.environment().put("PYTHONIOENCODING", "utf-8");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
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
