package io.flowledger.projector.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class FencesTest {

  private static final long SECOND = 1_000_000_000;
  private long now = -5;
  private final Fences fences = new Fences(() -> now);

  private static Throwable fenced() {
    return new StreamsException(new FencedInstanceIdException("n-1"));
  }

  @Test
  void theFifthInARowIsOneTooMany() {
    for (int time = 0; time < 4; time++) {
      assertThat(fences.isOneTooMany(fenced())).isFalse();
      assertThat(fences.isOneTooMany(new TimeoutException("late"))).isFalse();
      now += 30 * SECOND; // the pauses of two that take the name from each other
    }
    assertThat(fences.isOneTooMany(new TimeoutException("late"))).isFalse();
    assertThat(fences.isOneTooMany(fenced())).isTrue();
  }

  @Test
  void thoseThatComeNowAndThenAreNot() {
    for (int time = 0; time < 100; time++) {
      assertThat(fences.isOneTooMany(fenced())).isFalse();
      now += 60 * SECOND;
    }
  }
}
