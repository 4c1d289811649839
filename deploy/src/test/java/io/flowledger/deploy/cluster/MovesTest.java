package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MovesTest {

  private static final long SECOND = 1_000_000_000;

  private final AtomicLong now = new AtomicLong(5 * SECOND);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Moves moves = new Moves(now::get, metrics);
  private final Peer peer = new Peer(new GroupWatch.Member("i", "b:8081"), 0);

  private void says(boolean draining) {
    String json =
        "{\"version\": \"0.9\", \"draining\": %s, \"answered\": [0], \"open\": [0]}"
            .formatted(draining);
    try {
      peer.hasSaid(Statement.parse(json), now.get());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    moves.areAnsweredBy(peer, List.of(0));
  }

  private void hasCome(Moves.Reason reason) {
    assertThat(moves.hasCome(0, 7)).isEqualTo(reason);
    assertThat(
            metrics
                .get("flowledger.partitions.taken")
                .tag("reason", reason.label())
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void theFirstTime() {
    hasCome(Moves.Reason.FIRST);
  }

  @Test
  void onceMore() {
    moves.hasCome(0, 7);
    hasCome(Moves.Reason.RETURNED);
  }

  @Test
  void fromOneThatIsThere() {
    says(false);
    now.addAndGet(SECOND / 2);
    hasCome(Moves.Reason.HANDED_OVER);
  }

  @Test
  void fromOneThatStops() {
    says(true);
    now.addAndGet(2 * SECOND);
    hasCome(Moves.Reason.HANDED_OVER);
  }

  @Test
  void fromOneThatIsSilent() {
    says(false);
    now.addAndGet(2 * SECOND);
    hasCome(Moves.Reason.FAILED_OVER);
  }

  @Test
  void fromOneThatIsDead() {
    says(false);
    peer.hasRefused(now.incrementAndGet());
    hasCome(Moves.Reason.FAILED_OVER);
  }
}
