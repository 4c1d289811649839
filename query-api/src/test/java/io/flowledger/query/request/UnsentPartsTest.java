package io.flowledger.query.request;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UnsentPartsTest {

  private static final Duration NO_TIME = Duration.ZERO;
  private static final Duration EVER = Duration.ofHours(1);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private UnsentParts parts(int most, int making, Duration grace) {
    return new UnsentParts(vertx, 10L * most, 10, making, grace);
  }

  private final Map<UnsentParts.Room, Promise<Void>> waiting = new IdentityHashMap<>();

  private UnsentParts.Room ask(UnsentParts parts, String client, Runnable cutOff) {
    Promise<Void> granted = Promise.promise();
    UnsentParts.Room room = parts.ask(client, cutOff, granted);
    waiting.put(room, granted);
    return room;
  }

  private Future<Void> future(UnsentParts.Room room) {
    return requireNonNull(waiting.get(room)).future();
  }

  private void granted(UnsentParts.Room room) throws Exception {
    future(room).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private UnsentParts.Room ask(UnsentParts parts) {
    return ask(parts, "a", () -> {});
  }

  @Test
  void aPartIsMadeWhenThereIsRoom() throws Exception {
    UnsentParts parts = parts(2, 9, EVER);
    UnsentParts.Room first = ask(parts);
    UnsentParts.Room second = ask(parts);
    UnsentParts.Room third = ask(parts);
    granted(first);
    granted(second);
    assertThat(parts.bytes()).isEqualTo(20);

    first.made(10);
    second.made(10);
    assertThat(parts.bytes()).isEqualTo(20);

    first.over();
    granted(third);
    assertThat(parts.bytes()).isEqualTo(20);
    second.over();
    third.over();
    third.over();
    assertThat(parts.bytes()).isZero();
  }

  @Test
  void aLargePartTakesTheRoomOfSeveral() throws Exception {
    UnsentParts parts = parts(3, 9, EVER);
    UnsentParts.Room large = ask(parts);
    large.made(25);
    UnsentParts.Room next = ask(parts);
    assertThat(parts.bytes()).isEqualTo(25);

    large.over();
    granted(next);
    assertThat(parts.bytes()).isEqualTo(10);
  }

  @Test
  void onlySoManyAreMadeAtATime() throws Exception {
    UnsentParts parts = parts(9, 1, EVER);
    UnsentParts.Room first = ask(parts);
    UnsentParts.Room second = ask(parts);
    assertThat(parts.bytes()).isEqualTo(10);

    first.made(10);
    granted(second);
    assertThat(parts.bytes()).isEqualTo(20);
  }

  @Test
  void whoWaitsForNothingAnyMoreTakesNoRoom() throws Exception {
    UnsentParts parts = parts(1, 9, EVER);
    UnsentParts.Room first = ask(parts);
    UnsentParts.Room gone = ask(parts);
    UnsentParts.Room last = ask(parts);
    gone.over();
    first.over();
    granted(last);
    assertThat(future(gone).isComplete()).isFalse();
    assertThat(parts.bytes()).isEqualTo(10);
  }

  @Test
  void clientsHaveRoomByTurns() throws Exception {
    UnsentParts parts = parts(1, 9, EVER);
    UnsentParts.Room first = ask(parts, "a", () -> {});
    UnsentParts.Room second = ask(parts, "a", () -> {});
    UnsentParts.Room third = ask(parts, "a", () -> {});
    UnsentParts.Room other = ask(parts, "b", () -> {});
    first.over();
    granted(second);
    second.over();
    granted(other);
    other.over();
    granted(third);
  }

  @Test
  void whoHasHadAPartForLongestIsCutOffForTheNext() throws Exception {
    UnsentParts parts = parts(2, 9, NO_TIME);
    CountDownLatch oldest = new CountDownLatch(1);
    CountDownLatch newer = new CountDownLatch(1);
    UnsentParts.Room first = ask(parts, "a", oldest::countDown);
    UnsentParts.Room second = ask(parts, "a", newer::countDown);
    first.made(10);
    second.made(10);
    UnsentParts.Room next = ask(parts);

    assertThat(oldest.await(20, TimeUnit.SECONDS)).isTrue();
    first.over();
    granted(next);
    assertThat(newer.getCount()).isOne();
  }

  @Test
  void nobodyIsCutOffWhileNobodyWaits() {
    UnsentParts parts = parts(1, 9, NO_TIME);
    CountDownLatch cutOff = new CountDownLatch(1);
    ask(parts, "a", cutOff::countDown).made(1000);
    assertThat(cutOff.getCount()).isOne();
    assertThat(parts.bytes()).isEqualTo(1000);
  }

  @Test
  void aClientHasSomeTimeForItsPart() throws Exception {
    UnsentParts parts = parts(1, 9, Duration.ofMillis(50));
    CountDownLatch cutOff = new CountDownLatch(1);
    UnsentParts.Room slow = ask(parts, "a", cutOff::countDown);
    long begun = System.nanoTime();
    slow.made(10);
    UnsentParts.Room next = ask(parts);
    assertThat(cutOff.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - begun).isGreaterThan(50_000_000);
    slow.over();
    granted(next);
  }
}
