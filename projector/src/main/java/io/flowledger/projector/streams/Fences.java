package io.flowledger.projector.streams;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.FencedInstanceIdException;

/**
 * Counts how often the group has said that somebody else has the name of this process. Once is an
 * accident of the coordinator, which says so too when it was late itself; again and again, it is
 * true. Two such processes take the name from each other, each time after a pause.
 */
final class Fences {

  private static final int MOST = 4;
  private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private long last;
  private int inARow;

  Fences(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether a fault is one of these, and one too many. */
  synchronized boolean isOneTooMany(Throwable fault) {
    if (!isFence(fault)) {
      return false;
    }
    long now = nanoTime.getAsLong();
    inARow = inARow > 0 && now - last < FORGOTTEN_AFTER.toNanos() ? inARow + 1 : 1;
    last = now;
    return inARow > MOST;
  }

  private static boolean isFence(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof FencedInstanceIdException) {
        return true;
      }
    }
    return false;
  }
}
