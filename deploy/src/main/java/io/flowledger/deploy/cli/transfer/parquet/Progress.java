package io.flowledger.deploy.cli.transfer.parquet;

import io.flowledger.deploy.cli.Session;

/** Progress of an export, shown on a terminal in a line that ends when it does. */
final class Progress {

  private static final int SHOW_EVERY = 10_000;
  private static final String FORMER_END = "          ";

  private final Session session;
  private boolean shown;

  Progress(Session session) {
    this.session = session;
  }

  /**
   * @param count grows one by one
   * @param what is counted
   */
  void show(long count, String what) {
    if (count % SHOW_EVERY == 0 && session.surroundings().terminal()) {
      session.err().print("\r" + count + " " + what + FORMER_END);
      session.err().flush();
      shown = true;
    }
  }

  void end() {
    if (shown) {
      session.err().println();
    }
  }
}
