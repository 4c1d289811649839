package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the command line says of mistakes, and where settings come from. */
class CommandLineTest {

  @TempDir Path folder = Path.of("");

  private record Ended(int status, String out, String err) {}

  private static Ended run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(args, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  private static Ended run(String... args) {
    return run(Map.of(), args);
  }

  private static ServerConfig config(Map<String, String> environment, String... args) {
    CommandLine command = Main.commandLine(args, environment);
    var serve = command.parseArgs(args).subcommand();
    assertThat(serve).isNotNull();
    return ((ServeCommand) serve.commandSpec().userObject()).serverConfig();
  }

  @Test
  void theVersionIsTold() {
    assertThat(run("--version"))
        .isEqualTo(new Ended(0, "flowledger " + Version.current() + "\n", ""));
  }

  @Test
  void helpHelps() {
    Ended help = run("serve", "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out())
        .startsWith("Usage: flowledger serve ")
        .contains("--durability=disk|process");
  }

  @Test
  void theHelpOfCopySaysWhatItTakesAndWhatItIsFor() {
    Ended help = run("copy", "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out())
        .startsWith("Usage: flowledger copy ")
        .contains("--from=DIR|HOST:PORT", "--to-property", "flowledger copy --from ./data --to");
  }

  @Test
  void misusedCopiesAreOneLine() {
    assertThat(run("copy", "--to", "kafka:9092"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "flowledger copy: Missing required option: '--from=DIR|HOST:PORT' (try --help)\n"));
    assertThat(run("copy", "--from", "nowhere", "--to", "kafka:9092"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "flowledger copy: --from nowhere is neither a folder that is there nor HOST:PORT"
                    + " (try --help)\n"));
    assertThat(run("copy", "--from", folder.toString(), "--to", "kafka:9092"))
        .isEqualTo(new Ended(1, "", "flowledger: " + folder + " is no data folder of a server\n"));
    // A setting of the server is none of the copy.
    assertThat(run(Map.of("FLOWLEDGER_PARTITIONS", "0"), "copy", "--from", "x", "--to", "y:1"))
        .satisfies(ended -> assertThat(ended.err()).contains("--from x is neither"));
  }

  @Test
  void anUnknownOptionIsOneLine() {
    assertThat(run("serve", "--prot", "1"))
        .isEqualTo(
            new Ended(2, "", "flowledger serve: Unknown options: '--prot', '1' (try --help)\n"));
  }

  @Test
  void aMissingCommandIsOneLine() {
    assertThat(run())
        .isEqualTo(
            new Ended(
                2, "", "flowledger: a command is missing, for example: serve (try --help)\n"));
  }

  @Test
  void misusedCommandsForPeopleAreOneLine() {
    assertThat(run("log"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "flowledger log: Missing required parameter: 'FLOW[/RUN[/STEP[/TASK]]]'"
                    + " (try --help)\n"));
    assertThat(run("show", "A//B"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "flowledger show: Invalid value for positional parameter at index 0"
                    + " (FLOW[/RUN[/STEP[/TASK[/ARTIFACT]]]]): 'A//B' is no pathspec such as Flow,"
                    + " Flow/run or Flow/run/step/task (try --help)\n"));
  }

  @Test
  void settingsOfTheServerAreNoneOfItsClients() {
    assertThat(
            run(
                Map.of("FLOWLEDGER_DATA", folder.toString(), "FLOWLEDGER_LIMIT", "0"),
                "status",
                "--server",
                "nowhere"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "flowledger: 'nowhere' is no URL of a server such as http://127.0.0.1:8080\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--kafka= | --kafka is empty: it names brokers, as in b1:9092,b2:9092; without it, Kafka is"
            + " embedded",
        "--kafka=h:1 --replication=0 | --replication must be from 1 to 32767, not 0",
        "--kafka=h:1 --port=8081 | --port and --internal-port are both 8081: each needs one of its"
            + " own",
        "--kafka=h:1 --cluster-secret-file=/nowhere/at-all | --cluster-secret-file is"
            + " /nowhere/at-all, which is no file that can be read",
        "--port=8082 --metrics-port=8082 | --port and --metrics-port are both 8082: each needs one"
            + " of its own",
        "--metrics-host=h | --metrics-host says where --metrics-port is, which is missing",
        "--otlp-endpoint=localhost:4318 | --otlp-endpoint must be like http://localhost:4318, not"
            + " localhost:4318",
        "--otlp-sample=2 | --otlp-sample must be from 0 to 1, not 2.0",
      })
  void whatMakesNoSenseIsToldBeforeKafkaIsAsked(String options, String told) {
    String[] arguments = ("serve " + options).split(" ");
    assertThat(run(arguments))
        .isEqualTo(new Ended(2, "", "flowledger serve: " + told + " (try --help)\n"));
  }

  @Test
  void contradictionsAreOneLine() {
    assertThat(run("serve", "--kafka", "h:1", "--durability", "disk"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "flowledger serve: --durability makes no sense with --kafka (try --help)\n"));
    assertThat(run("serve", "--port", "70000"))
        .isEqualTo(
            new Ended(
                2,
                "",
                "flowledger serve: --port must be from 0 to 65535, not 70000 (try --help)\n"));
    assertThat(run("serve", "--port", "x").status()).isEqualTo(2);
    assertThat(run(Map.of("FLOWLEDGER_PORT", "x"), "serve").status()).isEqualTo(2);
  }

  @Test
  void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("f.properties"),
            "port = 1\nhost = file\napply-timeout = 7\nkafka.security.protocol = SSL\n");
    ServerConfig config =
        config(
            Map.of("FLOWLEDGER_HOST", "environment", "FLOWLEDGER_PORT", "2"),
            "serve",
            "--config",
            file.toString(),
            "--port",
            "3",
            "--kafka",
            "k:9092",
            "--kafka-property",
            "ssl.protocol=TLS");
    assertThat(config.http().port()).isEqualTo(3);
    assertThat(config.http().host()).isEqualTo("environment");
    assertThat(config.views().applyTimeout()).isEqualTo(Duration.ofMillis(7));
    assertThat(config.kafka())
        .isEqualTo(
            new KafkaConfig.Cluster(
                "k:9092", Map.of("security.protocol", "SSL", "ssl.protocol", "TLS")));
    assertThat(config.topics().partitions()).isEqualTo(24);
    assertThat(config.topics().replication()).isEqualTo((short) 3);
  }

  @Test
  void theFileCanBeNamedByTheEnvironment() throws IOException {
    Path file = Files.writeString(folder.resolve("f.properties"), "port = 1\n");
    assertThat(config(Map.of("FLOWLEDGER_CONFIG", file.toString()), "serve").http().port())
        .isEqualTo(1);
  }

  @Test
  void anUnknownSettingInTheFileIsOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("f.properties"), "prot = 1\n");
    assertThat(run("serve", "--config", file.toString()))
        .isEqualTo(
            new Ended(
                2, "", "flowledger serve: unknown setting 'prot' in " + file + " (try --help)\n"));
  }

  @Test
  void theDefaultsAreThoseOfALaptop() {
    ServerConfig config = config(Map.of(), "serve");
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.data()).isEqualTo(Path.of("data").toAbsolutePath());
    assertThat(config.kafka())
        .isEqualTo(new KafkaConfig.Embedded(0, KafkaConfig.Durability.DISK, Map.of()));
    assertThat(config.topics().partitions()).isEqualTo(4);
    assertThat(config.schemas().path()).isEqualTo("/schema-registry");
  }

  @Test
  void theRegistryPathIsAPathOrEmpty() {
    assertThat(config(Map.of(), "serve", "--registry-path", "").schemas().path()).isEmpty();
    assertThat(config(Map.of(), "serve", "--registry-path", "/a/b").schemas().path())
        .isEqualTo("/a/b");
    for (String wrong : List.of("a", "/", "/a/", "/:a", "/*")) {
      assertThat(run("serve", "--registry-path", wrong))
          .isEqualTo(
              new Ended(
                  2,
                  "",
                  "flowledger serve: --registry-path must be like /a or /a/b, not "
                      + wrong
                      + " (try --help)\n"));
    }
  }

  /** Whatever a command has not foreseen: here its environment cannot be read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "status",
        "show F",
        "log F",
        "search --tag x",
        "diff F/1 F/2",
        "export",
        "import x",
        "cluster",
        "dead-letters list",
        "audit head",
        "audit verify",
        "copy --from x:1 --to y:1",
      })
  void aFaultThatNobodyHasForeseenIsOneLine(String command) {
    List<Throwable> faults =
        List.of(
            new IllegalStateException("no\nway"),
            new IllegalStateException((String) null),
            new StackOverflowError(),
            new NoClassDefFoundError("io/flowledger/Nothing"));
    for (Throwable fault : faults) {
      Ended ended = run(new Failing(fault), command.split(" "));
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.err())
          .startsWith("flowledger: this has failed (")
          .matches("[^\\n]*\\n")
          .doesNotContain("Exception", "java.lang", "\tat ");
    }
  }

  /** Variables that cannot be read. */
  private static final class Failing extends AbstractMap<String, String> {
    private final Throwable fault;

    Failing(Throwable fault) {
      this.fault = fault;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      if (fault instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) fault;
    }
  }
}
