package io.flowledger.deploy.cli.migrate.move;

import io.flowledger.deploy.cli.migrate.history.Kind;
import java.util.EnumMap;
import java.util.Map;

/** How many rows of each kind have been read. */
final class Tally {

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  void add(Kind kind, long rows) {
    counts.merge(kind, rows, Long::sum);
  }

  long of(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  long all() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
