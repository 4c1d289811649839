package io.flowledger.query.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadThreadsTest {

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Vertx vertx = Vertx.vertx();
  private final ReadThreads threads =
      new ReadThreads(vertx, "scans", 1, 2, Duration.ofMinutes(1), new EndedReads());

  @AfterEach
  void stop() {
    goOn.countDown();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Future<String> waiting() {
    return threads.read(
        () -> {
          goOn.await();
          return Thread.currentThread().getName();
        });
  }

  @Test
  void readsOnThreadsOfItsOwn() throws Exception {
    goOn.countDown();

    assertThat(result(waiting())).startsWith("scans");
    assertThat(threads.underWay()).isZero();
  }

  @Test
  void refusesMoreThanTheBoundUntilAReadIsOver() throws Exception {
    Future<String> running = waiting();
    Future<String> queued = waiting();
    assertThatThrownBy(this::waiting)
        .isInstanceOfSatisfying(
            RefusedException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE));
    assertThat(threads.underWay()).isEqualTo(2);

    goOn.countDown();
    result(running);
    result(queued);

    assertThat(threads.underWay()).isZero();
    assertThat(result(waiting())).startsWith("scans");
  }

  @Test
  void endsAReadThatFails() {
    Future<String> failing =
        threads.read(
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(() -> result(failing)).hasRootCauseMessage("broken");
    assertThat(threads.underWay()).isZero();
  }
}
