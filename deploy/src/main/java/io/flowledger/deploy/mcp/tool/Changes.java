package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes of one kind, those of the same name and values in many tasks told as one. How many are
 * kept is bounded; all are counted.
 */
final class Changes {

  private static final int MOST_KEPT = 400;

  private final Map<Change, Seen> changes = new LinkedHashMap<>();
  private int notKept;

  /** A name with what it was and is; empty where it was not, or is not any more. */
  private record Change(String name, Optional<String> from, Optional<String> to) {}

  private static final class Seen {
    private final String task;
    private int count;

    Seen(String task) {
      this.task = task;
    }
  }

  void add(String name, Optional<String> from, Optional<String> to, String task) {
    Change change = new Change(name, from, to);
    Seen seen = changes.get(change);
    if (seen != null) {
      seen.count++;
    } else if (changes.size() < MOST_KEPT) {
      seen = new Seen(task);
      seen.count = 1;
      changes.put(change, seen);
    } else {
      notKept++;
    }
  }

  /** Each once, in the order in which they came. */
  List<String> names() {
    return changes.keySet().stream().map(Change::name).distinct().toList();
  }

  /** Adds them to an object, if there are any. */
  void putInto(ObjectNode to, String name, int most) {
    if (changes.isEmpty()) {
      return;
    }
    ArrayNode list = to.putArray(name);
    changes.entrySet().stream().limit(most).forEach(one -> list.add(shown(one)));
    int more = Math.max(0, changes.size() - most) + notKept;
    if (more > 0) {
      list.add("... and %d more; ask compare_runs with a larger limit".formatted(more));
    }
  }

  private static ObjectNode shown(Map.Entry<Change, Seen> one) {
    Change change = one.getKey();
    ObjectNode shown = Shown.object().put("name", change.name());
    change.from().ifPresent(from -> shown.put("from", from));
    change.to().ifPresent(to -> shown.put("to", to));
    Seen seen = one.getValue();
    shown.put(
        "in", seen.count == 1 ? seen.task : "%d tasks, first %s".formatted(seen.count, seen.task));
    return shown;
  }
}
