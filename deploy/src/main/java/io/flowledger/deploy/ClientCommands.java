package io.flowledger.deploy;

import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.cluster.ClusterCommand;
import io.flowledger.deploy.cli.deadletters.DeadLettersCommand;
import io.flowledger.deploy.cli.migrate.MigrateCommand;
import io.flowledger.deploy.cli.show.DiffCommand;
import io.flowledger.deploy.cli.show.SearchCommand;
import io.flowledger.deploy.cli.show.ShowCommand;
import io.flowledger.deploy.cli.status.StatusCommand;
import io.flowledger.deploy.cli.story.LogCommand;
import io.flowledger.deploy.cli.transfer.ExportCommand;
import io.flowledger.deploy.cli.transfer.ImportCommand;
import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.mcp.McpCommand;
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
        new CommandLine(new ClusterCommand(surroundings)),
        new CommandLine(new McpCommand(surroundings, Version.current())),
        new CommandLine(new ExportCommand(surroundings)),
        new CommandLine(new ImportCommand(surroundings)),
        DeadLettersCommand.of(surroundings),
        MigrateCommand.of(surroundings, Version::current));
  }
}
