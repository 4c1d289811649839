package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.Launcher;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands as shells run them: in pipes, with full disks, and in environments without a locale.
 */
final class PipesIT {

  private static final Path JAR = Path.of("target", "flowledger.jar").toAbsolutePath();

  @TempDir private static Path folder;

  private static TestServer server;

  /** How a line of a shell has ended. */
  private record Ended(int status, String out, String err) {}

  @BeforeAll
  static void start() {
    server = TestServer.start();
    Api api = Api.of(server);
    api.created("/flows/F", "{}");
    api.created("/flows/F/run", "{\"tags\": [\"ünï\"]}");
    api.created("/flows/F/runs/1/steps/start/step", "{}");
    api.created("/flows/F/run", "{}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Runs a line of bash, in which {@code $flowledger} is the program. */
  private static Ended bash(String line, Map<String, String> environment) throws Exception {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(
                "bash",
                Files.writeString(out.resolveSibling(out.getFileName() + ".sh"), line).toString())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    builder
        .environment()
        .putAll(
            Map.of(
                "flowledger",
                java + " -Xmx64m -XX:TieredStopAtLevel=1 -jar " + JAR,
                "METAFLOW_SERVICE_URL",
                server.url(""),
                "TMPDIR",
                folder.toString()));
    builder.environment().putAll(environment);
    int status = builder.start().waitFor();
    return new Ended(status, Files.readString(out), Files.readString(err));
  }

  private static Ended bash(String line) throws Exception {
    return bash(line, Map.of());
  }

  // ---- outputs ---------------------------------------------------------------------------------

  /** All commands that print. */
  static Stream<String> printing() {
    return Stream.of(
        "export",
        "export --format avro",
        "status",
        "log F",
        "log F --follow",
        "show F/1",
        "search --tag ünï",
        "diff F/1 F/2",
        "dead-letters list",
        "--help",
        "export --help");
  }

  @ParameterizedTest
  @MethodSource("printing")
  void aReaderThatHasEnoughIsNoFailure(String command) throws Exception {
    assertThat(bash("$flowledger " + command + " | true; exit ${PIPESTATUS[0]}"))
        .isEqualTo(new Ended(0, "", ""));
  }

  @ParameterizedTest
  @MethodSource("printing")
  void aFullDiskIsAFailureThatIsSaid(String command) throws Exception {
    Ended ended = bash("$flowledger " + command + " > /dev/full");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err())
        .startsWith("flowledger: cannot write standard output: ")
        .hasLineCount(1);
  }

  // ---- inputs ----------------------------------------------------------------------------------

  @Test
  void whatIsPipedIsImported() throws Exception {
    Path file = folder.resolve("all.ndjson.gz");
    assertThat(bash("$flowledger export -o " + file).out())
        .isEqualTo("4 events exported to " + file + "\n");
    List<String> lines = new ArrayList<>();
    lines.add("gunzip < FILE | $flowledger import -");
    lines.add("cat FILE | $flowledger import /dev/stdin");
    lines.add("$flowledger import - < FILE");
    lines.add("$flowledger import /dev/stdin < FILE");
    lines.add("$flowledger import <(gunzip < FILE)");
    lines.add("mkfifo FILE.pipe; (cat FILE > FILE.pipe &); $flowledger import FILE.pipe");
    lines.add("$flowledger export | $flowledger import -");
    lines.add("$flowledger export --format avro | $flowledger import -");
    lines.add("$flowledger export -o >(cat) | $flowledger import -");
    for (String line : lines) {
      assertThat(bash(line.replace("FILE", file.toString())))
          .as(line)
          .isEqualTo(new Ended(0, "0 events imported, 4 present before, 0 refused\n", ""));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).noneMatch(path -> path.toString().endsWith(".import"));
    }
  }

  /** As the launcher opens what is closed, so that it is no file of the JVM. */
  @ParameterizedTest
  @ValueSource(strings = {"-", "/dev/stdin"})
  void whatIsClosedIsNotRead(String input) throws Exception {
    assertThat(bash("$flowledger import " + input + " 0>/dev/null"))
        .isEqualTo(
            new Ended(1, "", "flowledger: cannot read standard input: Bad file" + " descriptor\n"));
  }

  @ParameterizedTest
  @MethodSource("printing")
  void whatIsClosedCannotBeWritten(String command) throws Exception {
    Ended ended = bash("$flowledger " + command + " 1</dev/null");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err())
        .startsWith("flowledger: cannot write standard output: ")
        .endsWith("Bad file descriptor\n")
        .hasLineCount(1);
  }

  // ---- locales ---------------------------------------------------------------------------------

  @Test
  void textIsUtf8WithoutALocale() throws Exception {
    Map<String, String> bare = Map.of("LC_ALL", "POSIX");
    Ended found = bash("$flowledger search --tag 'ünï'", bare);
    assertThat(found.err()).isEmpty();
    assertThat(found.out()).contains("F/1", "ünï");
    Ended help = bash("$flowledger show Fünï", bare);
    assertThat(help).isEqualTo(new Ended(3, "", "flowledger: flow Fünï is not registered\n"));
  }

  /** Files have names too, so the launcher gives the JVM a locale that has all characters. */
  @Test
  void theLauncherSeesToALocaleOfUtf8() throws Exception {
    Path program = folder.resolve("program");
    Files.createDirectories(program.resolve("deploy/target"));
    Files.createFile(program.resolve("deploy/target/flowledger.jar"));
    Path launcher = Launcher.copy(program);
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    Path java =
        Files.writeString(
            bin.resolve("java"),
            "#!/bin/sh\necho \"$LC_ALL\"\nfor last; do :; done\necho \"$last\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    for (String locale : List.of("POSIX", "C", "none_NONE.UTF-8", "C.UTF-8")) {
      Ended ended =
          bash(
              launcher + " search 'ünï'",
              Map.of("LC_ALL", locale, "JAVA_HOME", folder.resolve("jdk").toString()));
      assertThat(ended.status()).isZero(); // of a locale that is not there, bash complains itself
      assertThat(ended.out()).as(locale).isEqualTo("C.UTF-8\nünï\n");
    }
  }
}
