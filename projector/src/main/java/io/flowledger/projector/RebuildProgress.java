package io.flowledger.projector;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** How far a rebuild is, in words for whoever waits for it. */
final class RebuildProgress {

  private static final double NANOS = 1e9;
  private static final int PERCENT = 100;

  private final LongSupplier nanoTime;
  private final LongAdder expected = new LongAdder();
  private final LongAdder done = new LongAdder();
  private volatile long startNanos = Long.MIN_VALUE;

  RebuildProgress(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** There are that many more records to read. */
  void expect(long records) {
    expected.add(records);
  }

  void start() {
    startNanos = nanoTime.getAsLong();
  }

  void done(long records) {
    done.add(records);
  }

  /**
   * {@code rebuilding from the log: 1,200,000 of 5,000,000 records (24 %), 150,000/s, 25 s left}.
   */
  @Override
  public String toString() {
    if (startNanos == Long.MIN_VALUE) {
      return "looking at the log";
    }
    long total = expected.sum();
    long read = Math.min(done.sum(), total);
    double seconds = Math.max((nanoTime.getAsLong() - startNanos) / NANOS, 1e-3);
    double perSecond = read / seconds;
    String left =
        read == 0 ? "" : String.format(Locale.ROOT, ", %.0f s left", (total - read) / perSecond);
    return String.format(
        Locale.ROOT,
        "rebuilding from the log: %,d of %,d records (%d %%), %,.0f/s%s",
        read,
        total,
        total == 0 ? PERCENT : read * PERCENT / total,
        perSecond,
        left);
  }
}
