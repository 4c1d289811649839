package io.flowledger.deploy.cli.deadletters;

import io.flowledger.deploy.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code flowledger dead-letters}. */
@Command(
    name = "dead-letters",
    description = {
      "Records of the log that were rejected, and why.",
      "What others append to the topic of the events is held to the rules of the service. What"
          + " breaks them changes nothing and is kept: it can be looked at, and redriven when the"
          + " reason is gone."
    },
    mixinStandardHelpOptions = true)
public final class DeadLettersCommand implements Runnable {

  static final String[] PATH = {"flowledger", "dead-letters"};

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  private DeadLettersCommand() {}

  /** The command with its subcommands. */
  public static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new DeadLettersCommand())
        .addSubcommand(new ListDeadLettersCommand(surroundings))
        .addSubcommand(new ShowDeadLetterCommand(surroundings))
        .addSubcommand(new RedriveCommand(surroundings));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: list, show or redrive");
  }
}
