package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.http.fixture.Rejections;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BlockingWorkTest {

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Vertx vertx = Vertx.vertx();
  private final BlockingWork work =
      BlockingWork.on(
          new BlockingWork.Threads("letters", 1, Duration.ofMinutes(1)),
          vertx,
          2,
          () -> RefusedException.unavailable("others are at it"));

  @AfterEach
  void stop() {
    goOn.countDown();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Future<String> waiting() {
    return work.run(
        () -> {
          goOn.await();
          return Thread.currentThread().getName();
        });
  }

  @Test
  void runsOnThreadsOfItsName() throws Exception {
    goOn.countDown();
    assertThat(result(waiting())).isEqualTo("letters-0");
  }

  @Test
  void refusesWhatIsMoreThanMayWaitInTheWordsOfTheCaller() throws Exception {
    Future<String> running = waiting();
    Future<String> queued = waiting();
    assertThat(Rejections.rejection(this::waiting)).isEqualTo("503 others are at it");
    assertThat(work.underWay()).isEqualTo(2);

    goOn.countDown();
    result(running);
    result(queued);
    assertThat(work.underWay()).isZero();
  }

  @Test
  void workOfSeveralStretchesIsUnderWayUntilItIsOver() throws Exception {
    Promise<Void> whole = Promise.promise();
    work.begin(whole.future());
    result(work.stretch(() -> "a stretch"));
    assertThat(work.underWay()).isEqualTo(1);

    whole.fail("hung up");
    assertThat(work.underWay()).isZero();
  }

  @Test
  void whatFailsIsOver() {
    Future<String> failing =
        work.run(
            () -> {
              throw new IllegalStateException("broken");
            });
    assertThatThrownBy(() -> result(failing)).hasRootCauseMessage("broken");
    assertThat(work.underWay()).isZero();
  }

  @Test
  void oneAtATimeIsABoundOfOne() {
    BlockingWork checkpoints =
        BlockingWork.onSharedThreads(
            vertx, 1, () -> RefusedException.conflict("a checkpoint is being taken"));
    checkpoints.begin(Promise.promise().future());
    assertThat(Rejections.rejection(() -> checkpoints.run(() -> "another")))
        .isEqualTo("409 a checkpoint is being taken");
  }
}
