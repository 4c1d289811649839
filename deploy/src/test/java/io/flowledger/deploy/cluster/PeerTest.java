package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerTest {

  private static final long LEASE = Lease.RUN_OUT.toNanos();

  private final Peer peer = new Peer(new GroupWatch.Member("a-1", "10.0.0.1:8081"), 0);

  private static Statement saying(List<Integer> open) {
    return new Statement("a-1", "1", false, 1000, List.of(), open, Map.of(), Map.of());
  }

  @Test
  void whoHasSaidNothingMayAnswer() {
    assertThat(peer.hasGivenUp(0, 0, LEASE * 100)).isFalse();
  }

  @Test
  void itsWordCountsFromTheQuestionOn() {
    peer.hasSaid(saying(List.of(1)), 10);
    assertThat(peer.hasGivenUp(0, 9, 20)).isTrue();
    assertThat(peer.hasGivenUp(0, 10, 20)).isFalse();
    assertThat(peer.hasGivenUp(1, 9, 20)).isFalse();
  }

  @Test
  void oneThatMayAnswerAgainHasNotGivenUp() {
    peer.hasSaid(saying(List.of(0)), 10); // it does not answer now: its lease has run out
    assertThat(peer.hasGivenUp(0, 5, 20)).isFalse();
  }

  @Test
  void aDeadOneHasGivenUp() {
    peer.hasSaid(saying(List.of(0)), 5);
    assertThat(peer.hasRefused(10)).isFalse();
    assertThat(peer.hasGivenUp(0, 5, 15)).as("by one refusal").isFalse();
    assertThat(peer.hasRefused(20)).as("certain").isTrue();
    assertThat(peer.hasRefused(30)).as("known already").isFalse();
    assertThat(peer.hasGivenUp(0, 25, 40)).isTrue();
    assertThat(peer.hasGivenUp(0, 30, 40)).isFalse();
    assertThat(peer.lastWord()).isNull();
  }

  @Test
  void whoIsBeingAskedIsAskedOnceMoreWhereThatWasTooSoon() {
    assertThat(peer.startAsking(false)).isTrue();
    assertThat(peer.startAsking(false)).isFalse();
    assertThat(peer.startAsking(true)).isFalse();
    assertThat(peer.isToBeAskedAgain()).as("before it has answered").isFalse();
    peer.hasSaid(saying(List.of(0)), 5);
    assertThat(peer.isToBeAskedAgain()).isTrue();
    assertThat(peer.startAsking(false)).isTrue();
    peer.startAsking(true);
    peer.hasRefused(10);
    assertThat(peer.isToBeAskedAgain()).as("at once after the first refusal").isFalse();
  }

  @Test
  void whoIsSilentBetweenRefusalsIsNotDead() {
    peer.hasSaid(saying(List.of(0)), 5);
    peer.hasRefused(10);
    peer.wasSilent(Peer.Silence.of("late"));
    assertThat(peer.hasRefused(20)).isFalse();
    assertThat(peer.hasGivenUp(0, 5, 30)).isFalse();
  }

  @Test
  void whoWasNeverHeardThereIsTakenOutOfTheGroupAndWaitedFor() {
    peer.hasRefused(10);
    assertThat(peer.hasRefused(20)).as("to be evicted").isTrue();
    assertThat(peer.hasGivenUp(0, 5, 30)).isFalse();
    peer.seen(false, 40);
    assertThat(peer.hasGivenUp(0, 5, 41 + LEASE)).isTrue();
  }

  @Test
  void oneThatIsSilentHasGivenUpALeaseAfterTheGroupHasLostIt() {
    peer.wasSilent(Peer.Silence.of("late"));
    peer.seen(false, 100);
    assertThat(peer.hasGivenUp(0, 0, 100 + LEASE)).isFalse();
    assertThat(peer.hasGivenUp(0, 0, 101 + LEASE)).isTrue();
    peer.seen(true, 200 + LEASE);
    assertThat(peer.hasGivenUp(0, 0, 300 + 2 * LEASE)).isFalse();
  }

  @Test
  void itsSilenceIsToldOnceUntilItSpeaksAgain() {
    assertThat(peer.isWorthTelling(100, 100)).isFalse();
    assertThat(peer.isWorthTelling(100, 101)).isTrue();
    assertThat(peer.isWorthTelling(100, 102)).isFalse();
    assertThat(peer.hasSaid(saying(List.of()), 110)).as("worth telling").isTrue();
    assertThat(peer.hasSaid(saying(List.of()), 120)).isFalse();
    assertThat(peer.isWorthTelling(100, 220)).isFalse();
    peer.seen(false, 221);
    assertThat(peer.isWorthTelling(100, 222)).as("out of the group").isFalse();
    peer.seen(true, 223);
    assertThat(peer.isWorthTelling(100, 224)).isTrue();
  }
}
