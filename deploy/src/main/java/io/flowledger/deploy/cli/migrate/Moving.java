package io.flowledger.deploy.cli.migrate;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.move.Migration;
import io.flowledger.deploy.cli.migrate.move.ProgressLine;
import io.flowledger.deploy.cli.migrate.verify.Verification;
import java.util.function.Consumer;

/** Moves a history, verifies it, or both, as the options say. */
final class Moving {

  private final Session session;
  private final MoveOptions options;
  private final Losses losses;
  private final String version;

  Moving(Session session, MoveOptions options, Losses losses, String version) {
    this.session = session;
    this.options = options;
    this.losses = losses;
    this.version = version;
  }

  /**
   * Does it; returns what to exit with.
   *
   * @param rest what is done after all is copied
   */
  int run(History history, Consumer<Migration> rest) {
    int status = ExitCodes.FINE;
    if (!options.verifyOnly) {
      Migration migration =
          new Migration(
              history,
              session,
              losses,
              options.state,
              Math.max(1, options.chunk),
              "flowledger-migrate/" + version);
      migration.copy();
      rest.accept(migration);
      status = migration.tell() ? ExitCodes.FINE : ExitCodes.FAILED;
    }
    return options.verify || options.verifyOnly ? verify(history, status) : status;
  }

  private int verify(History history, int status) {
    ProgressLine progress = new ProgressLine(session, "rows compared", history.rows());
    long differences = new Verification(history, session).run(progress::add);
    String compared = progress.end();
    session
        .out()
        .println(
            "%s: %s"
                .formatted(
                    compared,
                    differences == 0 ? "both sides are equal" : differences + " differences"));
    return differences == 0 ? status : ExitCodes.DIFFERENT;
  }
}
