package io.flowledger.deploy.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * For how long this process may take for granted that it is a member of the group. It is renewed
 * whenever the group says so, from the moment on that it was asked. Measured by two clocks: the one
 * that never goes back may stand still while the machine sleeps.
 */
final class Lease {

  /**
   * Others that take over wait for as long after this process has gone from the group. It is
   * shorter than a session of the group, so that they need not wait after one has expired.
   */
  static final Duration LENGTH = Duration.ofSeconds(4);

  private static final long MILLIS = LENGTH.toMillis();
  private static final long NANOS = LENGTH.toNanos();

  /** A moment by both clocks. */
  record Instant(long nanos, long millis) {}

  private final LongSupplier nanoTime;
  private final LongSupplier millisTime;
  private volatile Instant proven = new Instant(0, 0);
  private volatile boolean given;

  Lease(LongSupplier nanoTime, LongSupplier millisTime) {
    this.nanoTime = nanoTime;
    this.millisTime = millisTime;
  }

  Instant now() {
    return new Instant(nanoTime.getAsLong(), millisTime.getAsLong());
  }

  /** The group was asked then, and has answered that this process is in it. */
  synchronized void renew(Instant asked) {
    if (!given || asked.nanos() - proven.nanos() > 0) {
      proven = asked;
      given = true;
    }
  }

  /** The group has answered that this process is not in it. */
  void end() {
    given = false;
  }

  boolean isValid() {
    return given && millisLeft() > 0;
  }

  /** 0 or less when it has run out. */
  long millisLeft() {
    Instant last = proven;
    long nanos = nanoTime.getAsLong() - last.nanos();
    long millis = millisTime.getAsLong() - last.millis();
    return given ? Math.min((NANOS - nanos) / 1_000_000, MILLIS - Math.abs(millis)) : 0;
  }
}
