package io.flowledger.schemas.registry.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Identifiers that a registry did not know a short time ago, the latest of them. */
final class UnknownIds {

  private static final int MOST = 1000;

  private final long nanos;
  private final LongSupplier nanoTime;
  private final Map<Object, Long> askedAt = new LinkedHashMap<>();

  /**
   * @param remembered how long
   * @param nanoTime the clock that this is measured with
   */
  UnknownIds(Duration remembered, LongSupplier nanoTime) {
    this.nanos = remembered.toNanos();
    this.nanoTime = nanoTime;
  }

  synchronized void add(Object id) {
    askedAt.remove(id); // so that it becomes the latest
    askedAt.put(id, nanoTime.getAsLong());
    if (askedAt.size() > MOST) {
      askedAt.remove(askedAt.keySet().iterator().next());
    }
  }

  synchronized boolean contains(Object id) {
    Long at = askedAt.get(id);
    if (at == null) {
      return false;
    }
    if (nanoTime.getAsLong() - at < nanos) {
      return true;
    }
    askedAt.remove(id);
    return false;
  }
}
