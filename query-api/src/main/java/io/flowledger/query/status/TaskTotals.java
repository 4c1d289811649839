package io.flowledger.query.status;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** Totals of some tasks: how many in which state, attempts, times. */
final class TaskTotals {

  private final Map<Lifecycle, Long> counts = new EnumMap<>(Lifecycle.class);
  private long attempts;
  private OptionalLong startedAt = OptionalLong.empty();
  private OptionalLong finishedAt = OptionalLong.empty();

  void add(TaskStatus status) {
    counts.merge(status.state(), 1L, Long::sum);
    attempts += status.task().progress().attempts();
    startedAt = least(startedAt, status.task().progress().firstStartedAt());
    if (status.finishedAt().isPresent()) {
      long finished = status.finishedAt().getAsLong();
      finishedAt = OptionalLong.of(Math.max(finishedAt.orElse(finished), finished));
    }
  }

  private static OptionalLong least(OptionalLong a, OptionalLong b) {
    return a.isEmpty() || (b.isPresent() && b.getAsLong() < a.getAsLong()) ? b : a;
  }

  long count() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  long count(Lifecycle state) {
    return counts.getOrDefault(state, 0L);
  }

  long attempts() {
    return attempts;
  }

  /** When the first attempt of any began, epoch milliseconds. */
  OptionalLong startedAt() {
    return startedAt;
  }

  /** When the last one finished, epoch milliseconds; empty while there is one that has not. */
  OptionalLong finishedAt() {
    boolean allOver = count(Lifecycle.PENDING) + count(Lifecycle.RUNNING) == 0;
    return allOver ? finishedAt : OptionalLong.empty();
  }
}
