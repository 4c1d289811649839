package io.flowledger.deploy.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * For how long this process may take for granted that it is a member of the group. It is renewed
 * whenever the group says so, from the moment on that it was asked, as long as whoever says so has
 * been shown to be the coordinator. Measured by two clocks: the one that never goes back may stand
 * still while the machine sleeps.
 */
final class Lease {

  /**
   * Others that take over wait for as long, and a little longer, after this process has gone from
   * the group. It is shorter than a session of the group, so that they need not wait after one has
   * expired.
   */
  static final Duration LENGTH = Duration.ofSeconds(4);

  /** For how long they wait: no two clocks go alike. */
  static final Duration RUN_OUT = LENGTH.plus(LENGTH.dividedBy(10));

  /** A moment by both clocks. */
  record Instant(long nanos, long millis) {}

  /** What is true for a while after each proof of it. */
  private final class Proof {
    private final long millis;
    private volatile @Nullable Instant given;

    Proof(Duration length) {
      millis = length.toMillis();
    }

    synchronized void give(Instant asked) {
      Instant last = given;
      if (last == null || asked.nanos() - last.nanos() > 0) {
        given = asked;
      }
    }

    synchronized void end() {
      given = null;
    }

    long millisLeft() {
      Instant last = given;
      if (last == null) {
        return 0;
      }
      long nanosLeft = millis * 1_000_000 - (nanoTime.getAsLong() - last.nanos());
      long passed = millisTime.getAsLong() - last.millis();
      return Math.min(nanosLeft / 1_000_000, millis - Math.abs(passed));
    }
  }

  private final LongSupplier nanoTime;
  private final LongSupplier millisTime;
  private final Proof membership;
  private final Proof coordinator;

  /**
   * @param session after which a coordinator, and one that has just become it too, takes a silent
   *     member out of the group
   */
  Lease(Duration session, LongSupplier nanoTime, LongSupplier millisTime) {
    this.nanoTime = nanoTime;
    this.millisTime = millisTime;
    this.membership = new Proof(LENGTH);
    this.coordinator = new Proof(session.plus(LENGTH));
  }

  Instant now() {
    return new Instant(nanoTime.getAsLong(), millisTime.getAsLong());
  }

  /** The group was asked then, and has answered that this process is in it. */
  void renew(Instant asked) {
    membership.give(asked);
  }

  /**
   * The coordinator has been given something to write then, and all in-sync replicas have it. So
   * another one can only have begun later; it gives this process a session to report itself, and
   * others wait for the length of a lease after that, whatever the one before goes on to say.
   */
  void confirm(Instant asked) {
    coordinator.give(asked);
  }

  /** The group has answered that this process is not in it. */
  void end() {
    membership.end();
  }

  boolean isValid() {
    return millisLeft() > 0;
  }

  /** 0 or less when it has run out. */
  long millisLeft() {
    return Math.min(membership.millisLeft(), coordinator.millisLeft());
  }
}
