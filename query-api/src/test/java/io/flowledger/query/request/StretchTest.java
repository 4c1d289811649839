package io.flowledger.query.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.readmodel.Patience;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StretchTest {

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger reads = new AtomicInteger();
  private final Patience patience = new Patience(1000, IllegalStateException::new);
  private final Stretch<Integer> stretch =
      new Stretch<>(vertx.getOrCreateContext(), patience, reads::incrementAndGet);

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void whatIsWaitedForIsRead() throws Exception {
    stretch.run();
    assertThat(stretch.result().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isEqualTo(1);
    stretch.drop(new IllegalStateException("too late"));
    assertThat(stretch.result().succeeded()).isTrue();
  }

  @Test
  void whatIsDroppedIsNotRead() {
    stretch.drop(new IllegalStateException("nobody waits"));
    assertThat(stretch.result().cause()).hasMessage("nobody waits");
    stretch.run();
    assertThat(reads).hasValue(0);
  }
}
