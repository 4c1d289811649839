package io.flowledger.deploy.cli.migrate;

import io.flowledger.deploy.cli.migrate.destination.Chunk;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of all that moves a history. */
final class MoveOptions {

  @Option(
      names = "--state",
      paramLabel = "FILE",
      defaultValue = "flowledger-migration.json",
      description =
          "Keeps how far it is, so that it goes on there when it is started again;"
              + " flowledger-migration.json by default.")
  Path state = Path.of("flowledger-migration.json");

  @Option(
      names = "--chunk",
      paramLabel = "LINES",
      hidden = true,
      description = "How many lines are imported together at most.")
  int chunk = Chunk.MOST_LINES;

  @Option(
      names = "--verify",
      description =
          "Afterwards compare both sides, object by object; the exit code is 9 if anything"
              + " differs.")
  boolean verify;

  @Option(names = "--verify-only", description = "Compare both sides, and move nothing.")
  boolean verifyOnly;
}
