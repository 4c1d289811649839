package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        new GroupWatch.Seen(new Lease.Instant(now, now / 1_000_000), List.of(members), Map.of()));
  }

  private void asked(Future<String> with) {
    now += 300_000_000;
    answer = with;
    peers.askAll();
  }

  private static Future<String> saying(List<Integer> open) {
    return Future.succeededFuture(
        new Statement("1", false, 1000, open, open, Map.of(), Map.of()).toJson());
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
}
