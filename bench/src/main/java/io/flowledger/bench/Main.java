package io.flowledger.bench;

import io.flowledger.deploy.config.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program {@code bench/run}. */
@Command(
    name = "bench/run",
    description = {
      "Benchmarks of Flowledger, with their ceilings beside them.",
      "Without a command: all, which takes a few minutes. Options of a command: bench/run http"
          + " --help."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      AllCommand.class,
      HttpCommand.class,
      LogCommand.class,
      StoreCommand.class,
      RebuildCommand.class,
      StartupCommand.class,
      TailsCommand.class,
      HistoryCommand.class,
      HostileCommand.class,
      HostileClientsCommand.class,
      ClusterCommand.class,
      FailoverCommand.class,
      NodesCommand.class,
      JmhCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main implements Runnable {

  private static final int USAGE = 2;
  private static final String ALL = "all";
  private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

  private Main() {}

  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(args, out, err));
  }

  /** Runs a command to its end; returns the status to exit with. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return commandLine()
        .setOut(out)
        .setErr(err)
        .execute(withCommand(List.of(args)).toArray(String[]::new));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::explain);
  }

  private static List<String> withCommand(List<String> args) {
    boolean hasCommand =
        !args.isEmpty() && (!args.get(0).startsWith("-") || OWN_OPTIONS.contains(args.get(0)));
    if (hasCommand) {
      return args;
    }
    List<String> with = new ArrayList<>(args);
    with.add(0, ALL);
    return with;
  }

  /** One line that says what is wrong, instead of a page of usage. */
  private static int explain(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .println(
            "%s: %s (try --help)"
                .formatted(
                    command.getCommandSpec().qualifiedName(),
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
    return USAGE;
  }

  @Override
  public void run() {
    throw new IllegalStateException("a command is always given");
  }
}
