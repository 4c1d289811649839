package io.flowledger.query;

import java.util.Random;

/**
 * Chance that can be repeated: the seed is printed, and taken from {@code flowledger.test.seed}.
 */
final class Seeds {

  private Seeds() {}

  static Random random(String test) {
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    System.out.println(test + ": -Dflowledger.test.seed=" + seed);
    return new Random(seed);
  }
}
