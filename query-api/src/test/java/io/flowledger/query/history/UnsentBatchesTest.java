package io.flowledger.query.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UnsentBatchesTest {

  private static final int MOST = 1000;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Set<TailListener> cutOff = ConcurrentHashMap.newKeySet();
  private final UnsentBatches unsent = new UnsentBatches(MOST);

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private final class Listener implements TailListener {
    @Override
    public Context context() {
      return context;
    }

    @Override
    public Subscription subscription() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long next() {
      return 0;
    }

    @Override
    public boolean isOver() {
      return cutOff.contains(this);
    }

    @Override
    public boolean keepsUp() {
      return true;
    }

    @Override
    public Future<Void> send(Buffer events, UnsentBatches.Batch batch, long end) {
      return Future.succeededFuture();
    }

    @Override
    public void keepAlive() {}

    @Override
    public void cutOff() {
      cutOff.add(this);
    }

    @Override
    public void end() {}
  }

  private Set<TailListener> cutOff() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(on -> done.complete(null));
    done.join();
    return cutOff;
  }

  @Test
  void theOldestBatchGoesWithThoseWhoHaveNotTakenIt() {
    Listener slow = new Listener();
    Listener quick = new Listener();
    UnsentBatches.Batch first = unsent.add(600);
    first.begin(slow);
    first.begin(quick);
    first.handedOut();
    first.end(quick);

    UnsentBatches.Batch second = unsent.add(600);
    second.begin(quick);
    second.handedOut();

    assertThat(cutOff()).containsExactly(slow);
    assertThat(first.begin(quick)).isFalse();
    assertThat(unsent.bytes()).isEqualTo(600);
    second.end(quick);
    assertThat(unsent.bytes()).isZero();
  }

  @Test
  void aBatchIsHeldUntilItHasBeenHandedToAll() {
    Listener quick = new Listener();
    UnsentBatches.Batch batch = unsent.add(10);
    batch.begin(quick);
    batch.end(quick);
    assertThat(unsent.bytes()).isEqualTo(10);
    batch.handedOut();
    assertThat(unsent.bytes()).isZero();
  }

  /** Whatever is taken in whatever order: never more than the bound, and nothing stays behind. */
  @Test
  void thereAreNeverMoreBytesThanMayBe() {
    Random random = Seed.random("UnsentBatchesTest");
    List<Listener> listeners = new ArrayList<>();
    record Held(UnsentBatches.Batch batch, Set<Listener> behind) {}
    List<Held> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      listeners.add(new Listener());
    }
    for (int step = 0; step < 2000; step++) {
      Held held = new Held(unsent.add(1 + random.nextInt(MOST / 3)), new HashSet<>());
      assertThat(unsent.bytes()).isLessThanOrEqualTo(MOST);
      for (Listener listener : listeners) {
        if (random.nextInt(3) == 0 && held.batch().begin(listener)) {
          held.behind().add(listener);
        }
      }
      held.batch().handedOut();
      all.add(held);
      Held some = all.get(random.nextInt(all.size()));
      some.behind().forEach(some.batch()::end);
    }
    all.forEach(held -> held.behind().forEach(held.batch()::end));
    assertThat(unsent.bytes()).isZero();
  }
}
