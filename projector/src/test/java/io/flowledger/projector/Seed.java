package io.flowledger.projector;

/** Where randomised tests begin: anew each time, or at {@code -Dflowledger.test.seed}. */
final class Seed {

  private Seed() {}

  static long of(String test) {
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    System.out.println(test + ": -Dflowledger.test.seed=" + seed);
    return seed;
  }
}
