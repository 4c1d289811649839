package io.flowledger.deploy.cli.migrate.verify;

import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Visible;

/** What differs: counted, and told as far as somebody wants to read it. */
final class Differences {

  private static final int FIRST = 50;

  private final Session session;
  private long count;

  Differences(Session session) {
    this.session = session;
  }

  void add(String what) {
    if (++count <= FIRST) {
      session.out().println(Visible.all(what));
    }
  }

  long count() {
    return count;
  }

  void tellOthers() {
    if (count > FIRST) {
      session.out().printf("and %d others%n", count - FIRST);
    }
  }
}
