package io.flowledger.deploy;

import io.flowledger.deploy.server.Flowledger;
import org.jspecify.annotations.Nullable;

/** The end of the process: closes the server when the process is told to end. */
final class Shutdown {
  private @Nullable Flowledger server;
  private boolean ending;
  private int status;

  /** Early, so that a signal during the start ends the process in order too. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::run, "shutdown"));
  }

  /**
   * Takes the server that is to be closed, which may still start; at once where the process is
   * ending already.
   */
  synchronized void closes(Flowledger started) {
    server = started;
    if (ending) {
      started.close();
    }
  }

  /** Takes the status to exit with. */
  synchronized void exit(int with) {
    status = with;
  }

  private synchronized void run() {
    ending = true;
    if (server != null) {
      server.close();
    }
    ArchiveTrial.passed(); // no other hook need have come to its end
    // A signal that ended the server in order is no failure.
    Runtime.getRuntime().halt(status);
  }
}
