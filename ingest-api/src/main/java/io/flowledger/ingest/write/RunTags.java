package io.flowledger.ingest.write;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.TagMutation;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tags of a run, as far as they are known when they are to be changed. They are written and
 * read as a whole, so there are not more than can be.
 */
public final class RunTags {

  // More than a run has by far; a client that adds one in each turn of a loop comes to it.
  private static final int MOST = 10_000;

  private static final int MOST_BYTES = 1 << 20;

  private final List<String> system;
  private final Set<String> user = new HashSet<>();
  private int bytes;

  /**
   * @param system none of which is ever removed
   */
  public RunTags(List<String> system, Collection<String> user) {
    this.system = system;
    user.forEach(this::add);
  }

  /**
   * Changes them.
   *
   * @throws RefusedException where system tags are removed, or there are too many then: 413
   */
  void change(RegisteredRun run, TagMutation mutation) {
    List<String> immutable =
        mutation.toRemove().stream().filter(system::contains).distinct().toList();
    if (!immutable.isEmpty()) {
      throw RefusedException.otherRequest(
          "cannot remove system tags of run " + run + ": " + immutable);
    }
    mutation.toRemove().forEach(this::remove);
    mutation.toAdd().forEach(this::add);
    if (user.size() > MOST || bytes > MOST_BYTES) {
      throw RefusedException.tooLarge(
          "run %s would have more than %d tags, or more than %d bytes of them"
              .formatted(run, MOST, MOST_BYTES));
    }
  }

  private void add(String tag) {
    bytes += user.add(tag) ? length(tag) : 0;
  }

  private void remove(String tag) {
    bytes -= user.remove(tag) ? length(tag) : 0;
  }

  private static int length(String tag) {
    return tag.getBytes(StandardCharsets.UTF_8).length;
  }
}
