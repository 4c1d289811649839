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
 * A virtual environment of Python for scripts that tests run. What the scripts need is installed,
 * in the versions that their {@code requirements.txt} names, below {@code target}, and stays there
 * for the next time. Where there is no Python 3.8 or newer the tests are skipped, unless the
 * environment variable {@code CI} is {@code true}: then they fail.
 */
public final class PythonEnvironment {

  public static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  private static final Duration SHORT_LIMIT = Duration.ofMinutes(1);
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(10);

  private final String needed;
  private final String module;
  private final Path scripts;
  private final Path venv;

  /**
   * @param needed what is installed, as people call it
   * @param module of Python that is there when it is installed
   * @param folder of the scripts and their requirements, in {@code src/test}
   */
  public PythonEnvironment(String needed, String module, String folder) {
    this(needed, module, MODULE.resolve("src/test").resolve(folder), folder);
  }

  /**
   * @param module of Python that is there when it is installed, or several with commas between
   * @param scripts folder of the scripts and their requirements
   * @param name of the virtual environment
   */
  public PythonEnvironment(String needed, String module, Path scripts, String name) {
    this.needed = needed;
    this.module = module;
    this.scripts = scripts;
    this.venv = MODULE.resolve("target").resolve(name + "-venv");
  }

  /** The one of the examples of producers. */
  public static PythonEnvironment ofExamples() {
    return new PythonEnvironment(
        "THE EXAMPLES", "confluent_kafka, fastavro", MODULE.resolve("examples/python"), "examples");
  }

  /** How a command ended; {@code output} is of standard output and standard error. */
  public record Finished(boolean successful, String output) {}

  /** Runs a script to its end, or to the limit: then it and all that it has started are ended. */
  public Finished run(
      Path temp,
      Duration limit,
      Map<String, String> environment,
      String script,
      String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(python());
    command.add(scripts.resolve(script).toString());
    command.addAll(List.of(arguments));
    return run(temp, limit, environment, command);
  }

  private String python() {
    return venv.resolve("bin/python").toString();
  }

  /** Makes the virtual environment, unless it is there and is of the same requirements. */
  public void install(Path temp) throws IOException, InterruptedException {
    Path marker = venv.resolve("installed-requirements.txt");
    Path requirements = scripts.resolve("requirements.txt");
    String wanted = Files.readString(requirements);
    if (Files.exists(marker)
        && Files.readString(marker).equals(wanted)
        && canRun(temp, python(), "import " + module)) {
      return;
    }
    String python = findPython(temp).orElseThrow(this::withoutPython);
    for (List<String> command :
        List.of(
            List.of(python, "-m", "venv", "--clear", venv.toString()),
            List.of(python(), "-m", "pip", "install", "-r", requirements.toString()))) {
      Finished finished = run(temp, INSTALL_LIMIT, Map.of(), command);
      assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    }
    Files.writeString(marker, wanted);
  }

  private static Optional<String> findPython(Path temp) throws IOException, InterruptedException {
    String check = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 8))";
    for (String candidate : List.of("python3", "python")) {
      if (canRun(temp, candidate, check)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static boolean canRun(Path temp, String python, String script)
      throws InterruptedException {
    try {
      return run(temp, SHORT_LIMIT, Map.of(), List.of(python, "-c", script)).successful();
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  private RuntimeException withoutPython() {
    String message =
        "THE TESTS WITH %s NEED python3, 3.8 OR NEWER, WITH ITS venv MODULE".formatted(needed);
    if ("true".equals(System.getenv("CI"))) {
      return new IllegalStateException(message);
    }
    System.err.println("WARNING: " + message + ". THEY ARE SKIPPED.");
    return Assumptions.abort(message);
  }

  /** Runs a command to its end, or to the limit: then it and all that it has started are ended. */
  public static Finished run(
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
