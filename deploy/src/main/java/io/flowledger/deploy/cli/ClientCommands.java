package io.flowledger.deploy.cli;

import java.util.List;
import picocli.CommandLine;

/** The commands for people. */
public final class ClientCommands {

  private ClientCommands() {}

  /** Makes them, to be added to the program. */
  public static List<CommandLine> of(Surroundings surroundings) {
    return List.of(
        new CommandLine(new StatusCommand(surroundings)),
        new CommandLine(new LogCommand(surroundings)),
        new CommandLine(new ShowCommand(surroundings)),
        new CommandLine(new DiffCommand(surroundings)),
        new CommandLine(new SearchCommand(surroundings)),
        new CommandLine(new ExportCommand(surroundings)),
        new CommandLine(new ImportCommand(surroundings)),
        DeadLettersCommand.of(surroundings));
  }
}
