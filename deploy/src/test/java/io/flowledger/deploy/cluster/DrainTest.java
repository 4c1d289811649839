package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class DrainTest {

  private static final Duration KNOWN = Duration.ofMillis(600);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final Duration ANSWERED = Duration.ofSeconds(10);
  private static final long NEVER = Long.MAX_VALUE;

  private final FakeNode node = new FakeNode();
  private long millis;

  /** Two partitions, of which the other node has copies, and gets them. Times are milliseconds. */
  private final class FakeNode implements Drain.Node {
    private boolean alone;
    private long goneAt = NEVER; // the other one
    private long closeAt;
    private long answersAfter; // leaving
    private long doneAfter; // leaving: requests that were under way
    private long leftAt = NEVER;

    private boolean since(long begin, long after) {
      return after != NEVER && begin != NEVER && millis - begin >= after;
    }

    @Override
    public List<Statement> successors() {
      if (alone || millis >= goneAt) {
        return List.of();
      }
      List<Integer> answered = since(leftAt, answersAfter) ? List.of(0, 1) : List.of(1);
      long standby = millis >= closeAt ? 990 : 10;
      return List.of(
          new Statement(
              "b-1",
              "1",
              false,
              1000,
              answered,
              answered,
              Map.of(),
              Map.of(0, standby, 1, standby)));
    }

    @Override
    public Map<Integer, Long> applied() {
      return Map.of(0, 1000L);
    }

    @Override
    public IntSupplier cameByNow() {
      return () -> since(leftAt, doneAfter) ? 0 : 1;
    }

    @Override
    public void leave() {
      leftAt = millis;
    }
  }

  private void drain(boolean hasStandbys) throws InterruptedException {
    new Drain(node, 2, hasStandbys, () -> millis * 1_000_000, count -> millis += count)
        .run(KNOWN, CLOSE, ANSWERED);
  }

  @Test
  void aNodeThatIsAloneWaitsForNobody() throws InterruptedException {
    node.alone = true;
    drain(true);
    assertThat(node.leftAt).isZero();
    assertThat(millis).isZero();
  }

  @Test
  void itLeavesWhenTheOthersKnowAndAreClose() throws InterruptedException {
    drain(true);
    assertThat(node.leftAt).isEqualTo(600);
    assertThat(millis).isEqualTo(600);
  }

  @Test
  void itWaitsUntilTheyAre() throws InterruptedException {
    node.closeAt = 2000;
    drain(true);
    assertThat(node.leftAt).isEqualTo(2000);
  }

  @Test
  void butNotForEver() throws InterruptedException {
    node.closeAt = NEVER;
    drain(true);
    assertThat(node.leftAt).isEqualTo(5000);
  }

  @Test
  void norWhereThereAreNoCopies() throws InterruptedException {
    node.closeAt = NEVER;
    drain(false);
    assertThat(node.leftAt).isEqualTo(600);
  }

  @Test
  void itEndsWhenTheOthersAnswerForWhatItHad() throws InterruptedException {
    node.answersAfter = 3000;
    drain(true);
    assertThat(millis).isEqualTo(3600);
  }

  @Test
  void andWhenAllThatHadComeIsAnswered() throws InterruptedException {
    node.answersAfter = 1000;
    node.doneAfter = 4000;
    drain(true);
    assertThat(millis).isEqualTo(4600);
  }

  @Test
  void whatIsNotAnsweredIsNotWaitedForForEver() throws InterruptedException {
    node.doneAfter = NEVER;
    drain(true);
    assertThat(millis).isEqualTo(10_600);
  }

  @Test
  void norIsWhoGoesMeanwhile() throws InterruptedException {
    node.doneAfter = NEVER;
    node.goneAt = 2000;
    drain(true);
    assertThat(millis).isEqualTo(2000);
  }
}
