package io.flowledger.deploy.cli.migrate;

import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.migrate.move.CutOver;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flowledger migrate}: moves in, with all history. */
@Command(
    name = "migrate",
    description = {
      "Moves a history of Metaflow from elsewhere into the log of a server.",
      "Numbers, times, tags, attempts and heartbeats are kept. Works on the server's machine only."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class MigrateCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private MigrateCommand() {}

  /**
   * Makes it, with what is below it.
   *
   * @param version of the program
   */
  public static CommandLine of(Surroundings surroundings, Supplier<String> version) {
    return new CommandLine(new MigrateCommand())
        .addSubcommand(new LocalCommand(surroundings, version))
        .addSubcommand(new ServiceCommand(surroundings, version, CutOver::bySignals));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what is to be moved is missing: metaflow-local or metaflow-service");
  }
}
