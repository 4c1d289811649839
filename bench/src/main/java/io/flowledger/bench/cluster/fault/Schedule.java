package io.flowledger.bench.cluster.fault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** An endless order of faults that a seed decides: every kind comes once before any comes again. */
public final class Schedule {

  /**
   * One fault.
   *
   * @param quietMillis before it
   * @param holdMillis how long it lasts, where it lasts
   * @param victim chooses whom it meets, by the remainder
   */
  public record Step(Kind kind, int quietMillis, int holdMillis, int victim) {}

  private static final int QUIET_FROM_MS = 3000;
  private static final int QUIET_TO_MS = 6000;
  private static final int HOLD_FROM_MS = 2000;
  private static final int HOLD_TO_MS = 8000;
  private static final int VICTIMS = 5040; // divided evenly by every number of members

  private final List<Kind> kinds;
  private final Random random;
  private final Deque<Kind> round = new ArrayDeque<>();

  public Schedule(List<Kind> kinds, long seed) {
    this.kinds = List.copyOf(kinds);
    this.random = new Random(seed);
  }

  public Step next() {
    if (round.isEmpty()) {
      List<Kind> shuffled = new ArrayList<>(kinds);
      Collections.shuffle(shuffled, random);
      round.addAll(shuffled);
    }
    return new Step(
        round.remove(),
        random.nextInt(QUIET_FROM_MS, QUIET_TO_MS),
        random.nextInt(HOLD_FROM_MS, HOLD_TO_MS),
        random.nextInt(VICTIMS));
  }
}
