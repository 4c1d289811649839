package io.flowledger.projector;

import java.util.Random;

/** Where randomised tests begin: anew each time, or at {@code -Dflowledger.test.seed}. */
public final class Seed {

  private Seed() {}

  /** Prints what repeats the test. */
  public static long of(String test) {
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    System.out.println(test + ": -Dflowledger.test.seed=" + seed);
    return seed;
  }

  /** Chance that begins there. */
  public static Random random(String test) {
    return new Random(of(test));
  }
}
