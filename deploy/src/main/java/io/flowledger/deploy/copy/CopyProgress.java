package io.flowledger.deploy.copy;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Lines that say, every few seconds, how far something is: {@code copied 230,298 of 300,066 records
 * (76 %), 100,128/s, 1 s left}.
 */
final class CopyProgress {

  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final double NANOS = 1e9;
  private static final int PERCENT = 100;

  private final Consumer<String> lines;
  private final LongSupplier nanos;
  private String verb = "";
  private long total;
  private long done;
  private long begun;
  private long next;

  /**
   * @param lines is told each
   * @param nanos tells the time, as {@link System#nanoTime()} does
   */
  CopyProgress(Consumer<String> lines, LongSupplier nanos) {
    this.lines = lines;
    this.nanos = nanos;
  }

  /** Begins with something else. */
  void begin(String what, long ofTotal) {
    verb = what;
    total = ofTotal;
    done = 0;
    begun = nanos.getAsLong();
    next = begun + EVERY.toNanos();
  }

  void one() {
    done++;
    long now = nanos.getAsLong();
    if (now - next >= 0) {
      next = now + EVERY.toNanos();
      lines.accept(line((now - begun) / NANOS));
    }
  }

  private String line(double seconds) {
    long known = Math.max(total, done); // compaction and others may change it meanwhile
    double perSecond = done / seconds;
    return String.format(
        Locale.ROOT,
        "%s %,d of %,d records (%d %%), %,.0f/s, %,.0f s left",
        verb,
        done,
        known,
        known == 0 ? PERCENT : done * PERCENT / known,
        perSecond,
        (known - done) / perSecond);
  }

  /** Says something at once. */
  void say(String line) {
    lines.accept(line);
  }
}
