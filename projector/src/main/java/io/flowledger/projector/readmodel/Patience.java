package io.flowledger.projector.readmodel;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The patience of somebody who has asked for what is being read. It ends when they have gone or
 * have waited for too long, and what is read for them costs no more than so much: whatever reads
 * asks between rows, and is ended by an exception there.
 *
 * <p>Whom a thread reads for is said by {@link #during}. One that reads for nobody in particular,
 * as the projector itself does, is never ended.
 */
public final class Patience {

  private static final ThreadLocal<@Nullable Patience> OF_THREAD = new ThreadLocal<>();

  private final long mostWork;
  private final Supplier<? extends RuntimeException> tooMuchWork;
  private volatile @Nullable RuntimeException over;
  private long work; // used by one thread at a time

  /**
   * @param mostWork in steps of a comparison, each some nanoseconds long
   * @param tooMuchWork what a read that takes more is ended with
   */
  public Patience(long mostWork, Supplier<? extends RuntimeException> tooMuchWork) {
    this.mostWork = mostWork;
    this.tooMuchWork = tooMuchWork;
  }

  /**
   * Asks whether what this thread reads is still waited for.
   *
   * @throws RuntimeException that which the patience was ended with
   */
  public static void check() {
    check(0);
  }

  /**
   * The same, after work that the bound is of.
   *
   * @param steps of the work
   */
  public static void check(long steps) {
    Patience patience = OF_THREAD.get();
    if (patience != null) {
      patience.goOn(steps);
    }
  }

  private void goOn(long steps) {
    RuntimeException why = over;
    if (why != null) {
      throw why;
    }
    work += steps;
    if (work > mostWork) {
      throw tooMuchWork.get();
    }
  }

  /** Ends it; what ended it first counts. */
  public synchronized void end(RuntimeException why) {
    if (over == null) {
      over = why;
    }
  }

  /** What it was ended with; null while it lasts. */
  public @Nullable RuntimeException over() {
    return over;
  }

  /** Reads something on this thread for as long as it lasts. */
  public <T> T during(Callable<T> read) throws Exception {
    Patience before = OF_THREAD.get();
    OF_THREAD.set(this);
    try {
      goOn(0);
      return read.call();
    } finally {
      OF_THREAD.set(before);
    }
  }
}
