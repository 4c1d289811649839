package io.flowledger.http.edge;

/**
 * What waits for an event loop, as far as its own clock shows it: requests that have come and not
 * been looked at are with the network still, so nobody can count them, but each turn of the loop
 * takes as long as all that were ready took. Where even the shortest of the latest turns is too
 * long, and they were full of requests, a growing share of these is refused, which costs less than
 * answering them, until turns are short again. A single long turn, of a pause of the machine or a
 * large answer, refuses nobody.
 *
 * <p>Used by its event loop alone.
 */
final class LoopQueue {

  static final long TICK_NANOS = 25_000_000;
  static final long TARGET_NANOS = 75_000_000;

  private static final int WINDOW = 4; // ticks
  private static final int FULL = 32; // requests between two ticks
  private static final double LEAST_SHARE = 0.02;
  private static final double LESS = 0.7;
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
    boolean isLate = nanoTime - lastTick - TICK_NANOS > TARGET_NANOS && requests >= FULL;
    late = isLate ? late + 1 : 0;
    if (late >= WINDOW) {
      share = Math.max(LEAST_SHARE, share * LESS);
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
