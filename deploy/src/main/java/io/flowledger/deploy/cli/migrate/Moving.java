package io.flowledger.deploy.cli.migrate;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Visible;
import io.flowledger.deploy.cli.migrate.history.FollowedHistory;
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
    if (options.verifyOnly && history instanceof FollowedHistory followed) {
      followed.findOrphans();
    }
    long differences = new Verification(history, session, losses).run(progress::add);
    String compared = progress.end();
    long left = options.verifyOnly ? losses.refused() : 0; // else they are told
    String equal =
        left == 0
            ? "both sides are equal"
            : "both sides are equal, but for %d rows that cannot be moved".formatted(left);
    session
        .out()
        .println(
            "%s: %s".formatted(compared, differences == 0 ? equal : differences + " differences"));
    if (options.verifyOnly) {
      losses.first().forEach(line -> session.err().println("flowledger: " + Visible.all(line)));
    }
    if (differences > 0) {
      return ExitCodes.DIFFERENT;
    }
    return left > 0 ? ExitCodes.FAILED : status;
  }
}
