package io.flowledger.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** In a time of its own. */
final class LoopQueueTest {

  private static final long LONG_TURN = LoopQueue.TICK_NANOS + 2 * LoopQueue.TARGET_NANOS;

  private long now;
  private final LoopQueue queue = new LoopQueue(now);

  /** How many of so many requests are admitted in each of some turns of the loop. */
  private int turns(int turns, long nanos, int requests) {
    int admitted = 0;
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < requests; i++) {
        admitted += queue.admits() ? 1 : 0;
      }
      now += nanos;
      queue.tick(now);
    }
    return admitted;
  }

  @Test
  void admitsAllWhileTurnsAreShort() {
    assertThat(turns(100, LoopQueue.TICK_NANOS, 1000)).isEqualTo(100_000);
  }

  @Test
  void aPauseRefusesNobody() {
    assertThat(turns(1, 100 * LONG_TURN, 1000)).isEqualTo(1000);
    assertThat(turns(1, LoopQueue.TICK_NANOS, 1000)).isEqualTo(1000);
    assertThat(turns(1, 100 * LONG_TURN, 1000)).isEqualTo(1000);
    assertThat(turns(1, LoopQueue.TICK_NANOS, 1000)).isEqualTo(1000);
  }

  @Test
  void longTurnsOfAFewRequestsRefuseNobody() {
    assertThat(turns(100, LONG_TURN, 31)).isEqualTo(3100);
  }

  @Test
  void longTurnsThatAreFullRefuseMoreAndMore() {
    turns(2, LONG_TURN, 1000); // late by twice the target
    assertThat(turns(1, LONG_TURN, 1000)).isBetween(499, 501);
    assertThat(turns(1, LONG_TURN, 1000)).isBetween(249, 251);
    turns(20, LONG_TURN, 1000);
    assertThat(turns(1, LONG_TURN, 1000)).isBetween(19, 21);
  }

  @Test
  void isAsBeforeWithinSeconds() {
    turns(50, LONG_TURN, 1000);
    turns(50, LoopQueue.TICK_NANOS, 1000); // 1.25 s
    assertThat(turns(1, LoopQueue.TICK_NANOS, 1000)).isEqualTo(1000);
  }
}
