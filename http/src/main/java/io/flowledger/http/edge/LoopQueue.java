package io.flowledger.http.edge;

/**
 * What waits for an event loop, as far as its own clock shows it: requests that have come and not
 * been looked at are with the network still, so nobody can count them, but each turn of the loop
 * takes as long as all that were ready took. Where turns are too long, one after the other, and
 * full of requests, a share of these is refused, the larger the longer they are: that costs less
 * than answering them. When turns are short again, all are admitted again, bit by bit. A single
 * long turn, of a pause of the machine or a large answer, refuses nobody.
 *
 * <p>Used by its event loop alone.
 */
final class LoopQueue {

  static final long TICK_NANOS = 25_000_000;
  static final long TARGET_NANOS = 50_000_000;

  private static final int LATE_IN_A_ROW = 2;
  private static final int FULL = 32; // requests between two ticks
  private static final double LEAST_SHARE = 0.02;
  private static final double LEAST_FACTOR = 0.1;
  private static final double MORE = 0.02;

  private long lastTick;
  private int late; // ticks, one after the other
  private int requests; // since the last tick
  private double share = 1;
  private double credit;

  LoopQueue(long nanoTime) {
    this.lastTick = nanoTime;
  }

  /** The loop has come to its clock, which wants to be asked every {@link #TICK_NANOS}. */
  void tick(long nanoTime) {
    long lateBy = nanoTime - lastTick - TICK_NANOS;
    boolean isLate = lateBy > TARGET_NANOS && requests >= FULL;
    late = isLate ? late + 1 : 0;
    if (late >= LATE_IN_A_ROW) {
      double factor = Math.max(LEAST_FACTOR, (double) TARGET_NANOS / lateBy);
      share = Math.max(LEAST_SHARE, share * factor);
    } else if (!isLate) {
      share = Math.min(1, share + MORE);
    }
    lastTick = nanoTime;
    requests = 0;
  }

  /** Whether one more request, which has come now, is answered. */
  boolean admits() {
    requests++;
    credit += share;
    if (credit < 1) {
      return false;
    }
    credit -= 1;
    return true;
  }
}
