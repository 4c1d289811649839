package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.forward.ClusterSecret;
import io.flowledger.http.forward.NodeClient;
import io.flowledger.projector.readmodel.Owner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is taken from the others by HTTP. */
class WordsOfPeersTest {

  private static final long SECOND = 1_000_000_000;
  private static final Owner.Remote UNKNOWN = new Owner.Remote("10.0.0.9", 8081);

  private final AtomicLong now = new AtomicLong(5 * SECOND);
  private final Vertx vertx = Vertx.vertx();
  private final NodeClient client = new NodeClient(vertx, new ClusterSecret(Optional.empty()));
  private volatile String answered = "[0]";
  private Owner.Remote place;
  private Peers peers;

  @BeforeEach
  void start() {
    HttpServer other =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(
                            "{\"instance\": \"b\", \"version\": \"1\", \"answered\": %1$s, \"open\": %1$s}"
                                .formatted(answered)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    place = new Owner.Remote("127.0.0.1", other.actualPort());
    peers =
        new Peers(
            vertx,
            client::ask,
            new GroupWatch.Member("self", "127.0.0.1:1"),
            now::get,
            dead -> {},
            new Moves(now::get, new SimpleMeterRegistry()));
    peers.seen(
        new GroupWatch.Seen(
            new Lease.Instant(now.get(), 0),
            true,
            List.of(new GroupWatch.Member("b", place.address())),
            Map.of()));
  }

  @AfterEach
  void stop() {
    peers.stop();
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void isHeard() {
    now.incrementAndGet();
    // One that is being asked is not asked again meanwhile.
    Awaitility.await()
        .until(
            () -> {
              peers.askAll();
              return peers.all().stream().allMatch(peer -> peer.lastWordAt() == now.get());
            });
  }

  @Test
  void aNodeMayAnswerUntilItSaysThatItDoesNot() {
    assertThat(peers.mayAnswer(place, 1)).isTrue();
    isHeard();
    assertThat(peers.mayAnswer(place, 0)).isTrue();
    assertThat(peers.mayAnswer(place, 1)).isFalse();
    answered = "[1]";
    isHeard();
    assertThat(peers.mayAnswer(place, 0)).isFalse();
    assertThat(peers.mayAnswer(place, 1)).isTrue();
    assertThat(peers.mayAnswer(UNKNOWN, 1)).isTrue();
  }

  @Test
  void aNodeSpeaksAsLongAsItIsHeard() {
    assertThat(peers.speaks(place)).isFalse();
    isHeard();
    assertThat(peers.speaks(place)).isTrue();
    assertThat(peers.speaks(UNKNOWN)).isFalse();
    now.addAndGet(2 * SECOND);
    assertThat(peers.speaks(place)).isFalse();
  }
}
