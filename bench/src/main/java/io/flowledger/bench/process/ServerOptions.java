package io.flowledger.bench.process;

import io.flowledger.bench.report.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of benchmarks that start the server. */
public final class ServerOptions {

  private static final Pattern SPACES = Pattern.compile("\\s+");

  @Option(
      names = "--jvm",
      paramLabel = "PATH",
      description = "JDK or java program that runs the server; the one of this program by default.")
  private @Nullable Path jvm;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "256m",
      description = "Largest heap of the server; 256m by default.")
  private String heap = "";

  @Option(
      names = "--durability",
      paramLabel = "disk|process",
      defaultValue = "process",
      description = "Of the server; process by default.")
  private Durability durability = Durability.PROCESS;

  @Option(
      names = "--jvm-opts",
      paramLabel = "OPTIONS",
      defaultValue = "",
      description = "More options of the server's JVM, separated by spaces.")
  private String jvmOptions = "";

  @Option(
      names = "--server-opts",
      paramLabel = "OPTIONS",
      defaultValue = "",
      description = "More options of 'flowledger serve', separated by spaces.")
  private String serverOptions = "";

  /** As the server has it. */
  public enum Durability {
    DISK,
    PROCESS;

    public String option() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Durability durability() {
    return durability;
  }

  public ServerProcess.Options options() {
    Path archive = Bench.root().resolve("deploy/target/flowledger.jsa");
    return new ServerProcess.Options(
        Optional.ofNullable(jvm),
        heap,
        durability.option(),
        Optional.of(archive).filter(Files::exists),
        split(jvmOptions),
        split(serverOptions));
  }

  private static List<String> split(String options) {
    return options.isBlank() ? List.of() : SPACES.splitAsStream(options.strip()).toList();
  }
}
