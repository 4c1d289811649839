package io.flowledger.bench.data;

import java.time.Duration;

/** Repeats a piece of work for some time. */
public final class Repeat {

  private Repeat() {}

  /** A piece of work. */
  public interface Work {
    /**
     * @return how much has been done
     */
    long once();
  }

  /** How much is done per second, after half of the time that it takes to warm up. */
  public static double rate(Duration time, Work work) {
    run(time.dividedBy(2), work);
    return run(time, work);
  }

  private static double run(Duration time, Work work) {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long done = 0;
    do {
      done += work.once();
    } while (System.nanoTime() < end);
    return done / ((System.nanoTime() - start) / 1e9);
  }
}
