package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.forward.OtherStatusException;
import io.flowledger.projector.readmodel.Owner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is made of how the others answer, or do not. */
class PeersTest {

  private static final GroupWatch.Member SELF = new GroupWatch.Member("a-1", "a:8081");
  private static final GroupWatch.Member OTHER = new GroupWatch.Member("b-1", "b:8081");

  private final Vertx vertx = Vertx.vertx();
  private long now = 1;
  private Future<String> answer = Future.failedFuture("nothing has been asked");
  private final List<GroupWatch.Member> dead = new ArrayList<>();
  private final Peers peers =
      new Peers(
          vertx,
          (node, question, millis) -> answer,
          SELF,
          () -> now,
          dead::add,
          new Moves(() -> now, new SimpleMeterRegistry()));

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void group(GroupWatch.Member... members) {
    peers.seen(
        new GroupWatch.Seen(
            new Lease.Instant(now, now / 1_000_000), true, List.of(members), Map.of()));
  }

  private void asked(Future<String> with) {
    now += 300_000_000;
    answer = with;
    peers.askAll();
  }

  private static Future<String> saying(List<Integer> open) {
    return saying("b-1", open);
  }

  private static Future<String> saying(String instance, List<Integer> open) {
    return Future.succeededFuture(
        new Statement(instance, "1", false, 1000, open, open, Map.of(), Map.of()).toJson());
  }

  @Test
  void whoRefusesTwiceIsDead() {
    group(SELF, OTHER);
    asked(saying(List.of(0)));
    asked(Future.failedFuture(new ConnectException("Connection refused")));
    assertThat(peers.haveGivenUp(0, 1)).isFalse();
    asked(Future.failedFuture(new ConnectException("Connection refused")));
    assertThat(peers.haveGivenUp(0, 1)).isTrue();
    assertThat(dead).containsExactly(OTHER);
  }

  @Test
  void whoseMachineDoesNotAnswerIsNotDead() {
    group(SELF, OTHER);
    asked(saying(List.of(0)));
    for (int time = 0; time < 10; time++) {
      asked(Future.failedFuture(new ConnectTimeoutException("connection timed out")));
      assertThat(peers.haveGivenUp(0, 1)).isFalse();
    }
    assertThat(dead).isEmpty();
  }

  @Test
  void anotherNodeAtItsAddressSaysNothingForIt() {
    group(SELF, OTHER);
    asked(saying("c-1", List.of()));
    assertThat(peers.haveGivenUp(0, 1)).isFalse();
    assertThat(peers.answering(0)).isEmpty();
    asked(saying("a-1", List.of()));
    assertThat(peers.haveGivenUp(0, 1)).as("this node itself").isFalse();
    asked(saying("b-1", List.of()));
    assertThat(peers.haveGivenUp(0, 1)).isTrue();
  }

  private final List<String> progress = new ArrayList<>();

  private Optional<String> introduced() {
    return new Introduction(peers, () -> now += 1_000_000_000, progress::add)
        .await(Duration.ofSeconds(11));
  }

  @Test
  void whoHasAnotherSecretDoesNotJoin() {
    group(SELF, OTHER, new GroupWatch.Member("c-1", "c:8081"));
    answer = Future.failedFuture(new OtherStatusException(new Owner.Remote("b", 8081), 403));
    assertThat(introduced().orElseThrow())
        .matches(
            "node [bc]:8081 of the group cannot be spoken with: it has another secret, see"
                + " --cluster-secret-file; this node does not join");
    assertThat(progress).isEmpty();
  }

  @Test
  void whoCannotBeReachedIsWaitedFor() {
    group(SELF, OTHER);
    answer = Future.failedFuture(new ConnectTimeoutException("timed out"));
    assertThat(introduced())
        .contains(
            "node b:8081 of the group cannot be spoken with: timed out; this node does not join");
    assertThat(progress)
        .containsOnly(
            "waiting for the other nodes: node b:8081 of the group cannot be spoken with:"
                + " timed out")
        .hasSize(2);
  }

  @Test
  void whoHasGoneIsNot() {
    group(SELF, OTHER);
    answer = Future.failedFuture(new ConnectException("Connection refused"));
    assertThat(introduced()).isEmpty();
    answer = Future.failedFuture(new ConnectTimeoutException("timed out"));
    group(SELF);
    assertThat(introduced()).isEmpty();
  }

  @Test
  void whoAnswersIsNoStranger() {
    group(SELF, OTHER);
    answer = saying(List.of(0));
    assertThat(introduced()).isEmpty();
  }

  @Test
  void whoDoesNotHearMostOfTheOthersIsCutOff() {
    GroupWatch.Member third = new GroupWatch.Member("c-1", "c:8081");
    GroupWatch.Member fourth = new GroupWatch.Member("d-1", "d:8081");
    group(SELF, OTHER);
    answer = Future.failedFuture(new ConnectTimeoutException("timed out"));
    peers.askAll();
    now += 9_000_000_000L;
    assertThat(peers.cutOff()).as("of one other").isEmpty();
    group(SELF, OTHER, third, fourth);
    assertThat(peers.cutOff()).as("from one of three").isEmpty();
    peers.askAll();
    now += 9_000_000_000L;
    assertThat(peers.cutOff().orElseThrow())
        .matches("3 of 3 other nodes do not answer this one, such as [bcd]:8081: timed out");
    answer = saying(List.of());
    peers.askAll();
    assertThat(peers.cutOff()).as("since one of them speaks").isPresent();
    group(SELF, OTHER, fourth);
    assertThat(peers.cutOff()).as("from one of two").isEmpty();
  }

  @Test
  void whoSaysWhatNobodyUnderstandsIsAskedAgain() {
    group(SELF, OTHER);
    for (String text :
        List.of("", "no JSON", "[]", "{\"instance\": \"b-1\", \"applied\": {\"first\": 1}}")) {
      asked(Future.succeededFuture(text));
      assertThat(peers.haveGivenUp(0, 1)).as(text).isFalse();
    }
    asked(saying(List.of()));
    assertThat(peers.haveGivenUp(0, 1)).isTrue();
  }
}
