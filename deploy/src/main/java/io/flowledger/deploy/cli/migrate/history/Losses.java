package io.flowledger.deploy.cli.migrate.history;

import java.util.ArrayList;
import java.util.List;

/** What could not be taken over as it was: counted, and the first ones with their reasons. */
public final class Losses {

  private static final int FIRST = 20;

  private long refused;
  private long changed;
  private final List<String> first = new ArrayList<>();

  /** Something is left out. */
  public void refused(String what, String reason) {
    refused(1, what, reason);
  }

  /** Several are, of which one is named. */
  public synchronized void refused(long count, String what, String reason) {
    refused += count;
    tell(what + ": " + reason);
  }

  /** Something is taken over in another form. */
  public synchronized void changed(String what, String how) {
    changed++;
    tell(what + ": " + how);
  }

  private void tell(String line) {
    if (first.size() < FIRST) {
      first.add(line);
    }
  }

  public synchronized long refused() {
    return refused;
  }

  public synchronized long changed() {
    return changed;
  }

  public synchronized List<String> first() {
    return List.copyOf(first);
  }

  /** What has been told so far. */
  public record Mark(long refused, long changed, int first) {}

  public synchronized Mark mark() {
    return new Mark(refused, changed, first.size());
  }

  /** Forgets what has been told since: it is read, and told, once more. */
  public synchronized void backTo(Mark mark) {
    refused = mark.refused;
    changed = mark.changed;
    first.subList(mark.first, first.size()).clear();
  }
}
