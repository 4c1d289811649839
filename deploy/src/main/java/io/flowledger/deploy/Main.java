package io.flowledger.deploy;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.StandardOutput;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.audit.AuditCommand;
import io.flowledger.deploy.cli.dev.EnvCommand;
import io.flowledger.deploy.config.SettingSources;
import io.flowledger.deploy.config.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The program {@code flowledger}. */
@Command(
    name = "flowledger",
    description = "Metadata service for Metaflow, event-sourced on Apache Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {ServeCommand.class, CommandLine.HelpCommand.class})
public final class Main implements Runnable {

  private static final String SERVE = "serve";
  private static final Set<String> SERVERS = Set.of(SERVE, "dev");
  private static final String TERMINAL = "flowledger.terminal";
  private static final int USAGE = 2;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    PrintWriter out = StandardOutput.to(new FileOutputStream(FileDescriptor.out));
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    // However it ends, if the JVM has not died of it.
    Runtime.getRuntime().addShutdownHook(new Thread(ArchiveTrial::passed, "archive-trial"));
    if (args.length > 0 && !SERVERS.contains(args[0])) {
      ArchiveTrial.passesSoon();
    }
    System.exit(run(Arguments.utf8(args), System.getenv(), out, err));
  }

  /** Runs a command to its end; returns the status to exit with. */
  public static int run(
      String[] args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    return StandardOutput.end(out, err, execute(args, environment, out, err));
  }

  private static int execute(
      String[] args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    try {
      return commandLine(args, environment).setOut(out).setErr(err).execute(args);
    } catch (ParameterException e) {
      e.getCommandLine().setErr(err);
      return explain(e, args);
    } catch (Throwable e) { // errors too: nobody else is there to say it
      return unforeseen(e, err);
    }
  }

  /** One line of what no command has foreseen; where it comes from is for the log, if asked for. */
  static int unforeseen(Throwable fault, PrintWriter err) {
    err.println("flowledger: " + Faults.unforeseen("this has failed", fault));
    LoggerFactory.getLogger(Main.class).debug("this has failed", fault);
    return ExitCodes.FAILED;
  }

  /** The command line, with the values that the environment and the configuration file set. */
  static CommandLine commandLine(String[] args, Map<String, String> environment) {
    CommandLine command = commandLine(environment, SettingSources.of(environment));
    Optional<Path> file = configFile(command, args);
    return file.isEmpty()
        ? command
        : commandLine(environment, SettingSources.of(environment, file.get(), serve(command)));
  }

  private static CommandLine serve(CommandLine command) {
    return Objects.requireNonNull(command.getSubcommands().get(SERVE), SERVE);
  }

  private static CommandLine commandLine(Map<String, String> environment, SettingSources sources) {
    CommandLine command = new CommandLine(new Main());
    List<CommandLine> clients = new ArrayList<>(ClientCommands.of(surroundings(environment)));
    clients.add(new CommandLine(new CopyCommand()));
    clients.forEach(client -> command.addSubcommand(client));
    command
        .addSubcommand(new DevCommand(environment))
        .addSubcommand(new EnvCommand(environment))
        .addSubcommand(KeysCommand.of(environment))
        .addSubcommand(AuditCommand.of(FolderAuditor::new, environment, Clock.systemUTC()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::explain)
        .setExecutionExceptionHandler((fault, failed, parsed) -> unforeseen(fault, failed.getErr()))
        .setDefaultValueProvider(sources);
    // A setting of the server, such as FLOWLEDGER_DATA, is none of its clients.
    clients.forEach(client -> client.setDefaultValueProvider(argument -> null));
    return command;
  }

  private static Surroundings surroundings(Map<String, String> environment) {
    return new Surroundings(
        environment,
        System.in,
        Clock.systemDefaultZone(),
        isTerminal(),
        time -> Thread.sleep(time.toMillis()),
        (data, progress) -> PrivateServer.start(data, environment, progress));
  }

  /** The launcher knows; without it, a console is a terminal. */
  private static boolean isTerminal() {
    String told = System.getProperty(TERMINAL);
    return told == null ? System.console() != null : Boolean.parseBoolean(told);
  }

  /** The file has to be read before the options that it sets. */
  private static Optional<Path> configFile(CommandLine command, String[] args) {
    try {
      ParseResult serve = command.parseArgs(args).subcommand();
      if (serve == null || !serve.commandSpec().name().equals(SERVE)) {
        return Optional.empty();
      }
      OptionSpec config = serve.commandSpec().findOption("--" + SettingSources.CONFIG);
      return config == null ? Optional.empty() : Optional.ofNullable(config.getValue());
    } catch (ParameterException e) {
      return Optional.empty(); // reported when the command is executed
    }
  }

  /** One line that says what is wrong, instead of a page of usage. */
  private static int explain(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(
        "%s: %s (try --help)"
            .formatted(
                command.getCommandSpec().qualifiedName(),
                firstLine(String.valueOf(e.getMessage()))));
    return USAGE;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing, for example: serve");
  }
}
