package io.flowledger.deploy.cli.migrate;

import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.local.LocalHistory;
import io.flowledger.deploy.cli.migrate.move.Migration;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowledger migrate metaflow-local}. */
@Command(
    name = "metaflow-local",
    description = {
      "Moves Metaflow's local metadata, the folders .metaflow.",
      "Runs and tasks are called as before, and their artifacts and logs stay where they are. What"
          + " is there already is left out: it can be done again when there are new runs."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger migrate metaflow-local",
      "  flowledger migrate metaflow-local ~/projects --verify"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class LocalCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      arity = "0..*",
      description =
          "Folders .metaflow, or folders in which there are any; .metaflow here by default.")
  private List<Path> folders = List.of(Path.of(".metaflow"));

  @Mixin private MoveOptions move = new MoveOptions();
  @Mixin private final ServerOptions options;

  private final Supplier<String> version;

  LocalCommand(Surroundings surroundings, Supplier<String> version) {
    this.options = new ServerOptions(surroundings);
    this.version = version;
  }

  @Override
  public Integer call() {
    options.ofNow();
    return options.run(this::move);
  }

  private int move(Session session) {
    Losses losses = new Losses();
    try (LocalHistory history = LocalHistory.open(folders, losses)) {
      history.folders().forEach(folder -> session.err().println("flowledger: reading " + folder));
      return new Moving(session, move, losses, version.get()).run(history, Migration::catchUp);
    }
  }
}
