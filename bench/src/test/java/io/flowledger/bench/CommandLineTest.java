package io.flowledger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.bench.cluster.fault.Kind;
import io.flowledger.bench.data.World;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.run.HttpBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/** What can be asked for, and what is said of mistakes. */
class CommandLineTest {

  /** In a block of a document, without what is said of it. */
  private static final Pattern COMMAND = Pattern.compile("(?m)^    bench/run (\\w.*?)(?: +#.*)?$");

  private record Ended(int status, String out, String err) {}

  private static Ended run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  private static HttpBench.Config http(String... args) {
    ParseResult http = Main.commandLine().parseArgs(args).subcommand();
    assertThat(http).isNotNull();
    return ((HttpCommand) http.commandSpec().userObject()).config();
  }

  @Test
  void helpHelps() {
    Ended help = run("--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).startsWith("Usage: bench/run ").contains("http");
    assertThat(run("http", "--help").out()).contains("--connections=N");
  }

  @Test
  void everyCommandOfTheDocumentsIsKnown() throws IOException {
    List<String> commands = new ArrayList<>();
    for (String document : List.of("bench/README.md", "docs/reliability.md")) {
      COMMAND
          .matcher(Files.readString(Path.of("..", document)))
          .results()
          .forEach(command -> commands.add(command.group(1).replace("'", "")));
    }
    assertThat(commands)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            command ->
                assertThat(Main.commandLine().parseArgs(command.split(" ")).subcommand())
                    .as(command)
                    .isNotNull());
  }

  @Test
  void helpOfTheClusterNamesEveryFault() {
    String help = run("cluster", "--help").out();
    assertThat(Kind.values()).allSatisfy(kind -> assertThat(help).contains(kind.option()));
  }

  @Test
  void anUnknownFaultIsOneLine() {
    assertThat(run("cluster", "--faults", "kill-nod").err())
        .isEqualTo(
            "bench/run cluster: no fault 'kill-nod'; there are %s (try --help)\n"
                .formatted(Kind.options()));
  }

  @Test
  void anUnknownOptionIsOneLine() {
    assertThat(run("http", "--conections=1"))
        .isEqualTo(
            new Ended(2, "", "bench/run http: Unknown option: '--conections=1' (try --help)\n"));
  }

  @Test
  void anUnknownOperationIsOneLine() {
    Ended ended = run("http", "--operations", "get-tsk");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).startsWith("bench/run http: no operation 'get-tsk'; there are ");
    assertThat(ended.err().lines()).hasSize(1);
  }

  @Test
  void defaultsMeasureEverything() {
    HttpBench.Config config = http("http");
    assertThat(config.connections()).containsExactly(1, 16, 64, 256);
    assertThat(config.operations()).isEqualTo(World.OPERATIONS);
    assertThat(config.interference()).isTrue();
    assertThat(config.warmup()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.server().heap()).isEqualTo("256m");
  }

  @Test
  void someOperationsCanBeChosen() {
    HttpBench.Config config =
        http("http", "--operations", "get-task,interference", "--seconds", "0.5");
    assertThat(config.operations()).containsExactly("get-task");
    assertThat(config.interference()).isTrue();
    assertThat(config.time()).isEqualTo(Duration.ofMillis(500));
    assertThat(http("http", "--operations", "get-task").interference()).isFalse();
  }

  @Test
  void theServerIsRunAsTheLauncherRunsIt() {
    assertThat(ServerProcess.launcherOptions(Path.of(".."), "223m"))
        .isEqualTo(
            List.of(
                "-Xms128m",
                "-Xmx223m",
                "-Xmn64m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djdk.nio.maxCachedBufferSize=262144",
                "-Dfile.encoding=UTF-8"));
    assertThat(ServerProcess.launcherEnvironment(Path.of("..")))
        .containsOnlyKeys("MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_");
  }
}
