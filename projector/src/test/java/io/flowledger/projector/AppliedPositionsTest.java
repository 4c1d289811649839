package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every waiter is told exactly once. */
class AppliedPositionsTest {

  private static final long DEADLINE = 1000;
  private static final String APPLIED = "applied";
  private static final String NOT_OPEN = "the view is not open here";
  private static final String MOVED = "the view has moved";

  private final AppliedPositions positions = new AppliedPositions();

  /** Notes all that it is told. */
  private static final class Waiter implements AppliedWaiter {
    final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void applied() {
      told.add(APPLIED);
    }

    @Override
    public void unavailable(ViewUnavailableException reason) {
      told.add(String.valueOf(reason.getMessage()));
    }
  }

  private Waiter await(long offset) {
    return await(offset, DEADLINE);
  }

  private Waiter await(long offset, long deadline) {
    Waiter waiter = new Waiter();
    positions.await(offset, deadline, waiter);
    return waiter;
  }

  private static void assertTold(Waiter waiter, String... what) {
    assertThat(waiter.told).containsExactly(what);
  }

  @Test
  void tellsAtOnceWhatIsAppliedAlready() {
    positions.open(5);

    assertTold(await(4), APPLIED);
    assertTold(await(5), APPLIED);
    assertTold(await(6));
  }

  @Test
  void tellsThoseWhoseOffsetIsReached() {
    positions.open(-1);
    Waiter second = await(2);
    Waiter first = await(1);
    Waiter third = await(3);
    assertTold(first);

    positions.advance(2);
    assertTold(first, APPLIED);
    assertTold(second, APPLIED);
    assertTold(third);

    positions.advance(2);
    positions.advance(3);
    assertTold(first, APPLIED);
    assertTold(second, APPLIED);
    assertTold(third, APPLIED);
  }

  @Test
  void neverGoesBack() {
    positions.open(5);
    positions.advance(3);

    assertTold(await(5), APPLIED);
  }

  @Test
  void tellsAtOnceWhenTheViewIsNotOpen() {
    assertTold(await(0), NOT_OPEN);
  }

  @Test
  void givesUpOnThoseWhoseTimeIsUp() {
    positions.open(-1);
    Waiter late = await(7, 99);
    Waiter due = await(8, 100);
    Waiter early = await(9, 101);

    positions.expire(100);
    positions.expire(100);
    positions.advance(9);

    assertTold(late, "offset 7 was not applied in time");
    assertTold(due, "offset 8 was not applied in time");
    assertTold(early, APPLIED);
  }

  @Test
  void measuresTimeOnAClockThatOverflows() {
    positions.open(-1);
    Waiter waiter = await(7, Long.MIN_VALUE + 10);

    positions.expire(Long.MAX_VALUE - 10);
    assertTold(waiter);

    positions.expire(Long.MIN_VALUE + 10);
    assertTold(waiter, "offset 7 was not applied in time");
  }

  @Test
  void givesUpOnAllWhenTheViewCloses() {
    positions.open(-1);
    Waiter waiting = await(0);

    positions.close();
    positions.advance(3);
    assertTold(waiting, MOVED);
    assertTold(await(0), NOT_OPEN);
  }

  @Test
  void startsAnewWhenTheViewOpensAgain() {
    positions.open(5);
    positions.close();
    positions.open(2);

    Waiter waiting = await(3);
    assertTold(await(2), APPLIED);
    assertTold(waiting);
    positions.advance(3);
    assertTold(waiting, APPLIED);
  }

  @Test
  void tellsAWaiterThatWaitsTwiceTwice() {
    positions.open(-1);
    Waiter waiter = new Waiter();
    positions.await(1, DEADLINE, waiter);
    positions.await(1, DEADLINE, waiter);

    positions.advance(1);
    assertTold(waiter, APPLIED, APPLIED);
  }

  @Test
  void letsAWaiterWaitForMore() {
    positions.open(-1);
    Waiter next = new Waiter();
    positions.await(
        1,
        DEADLINE,
        new AppliedWaiter() {
          @Override
          public void applied() {
            positions.await(1, DEADLINE, next);
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            next.unavailable(reason);
          }
        });

    positions.advance(1);
    assertTold(next, APPLIED);
  }

  @Test
  void tellsEachOnceWhenAllHappensAtOnce() throws Exception {
    long seed = Seed.of("AppliedPositionsTest");
    int writers = 3;
    int waitersEach = 5000;
    ExecutorService threads = Executors.newFixedThreadPool(writers + 1);
    try {
      for (int round = 0; round < 5; round++) {
        positions.open(-1);
        CyclicBarrier start = new CyclicBarrier(writers + 1);
        List<Future<List<Waiter>>> waiting = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          Random random = new Random(seed + round * 10L + writer);
          waiting.add(
              threads.submit(
                  () -> {
                    start.await();
                    List<Waiter> mine = new ArrayList<>();
                    for (int i = 0; i < waitersEach; i++) {
                      mine.add(await(random.nextInt(waitersEach), random.nextInt(waitersEach)));
                    }
                    return mine;
                  }));
        }
        Future<?> advancing =
            threads.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < waitersEach; i++) {
                    positions.advance(i);
                    if (i % 50 == 0) {
                      positions.expire(i / 2);
                    }
                  }
                  positions.close();
                  return null;
                });
        advancing.get(30, TimeUnit.SECONDS);
        for (Future<List<Waiter>> waiters : waiting) {
          assertThat(waiters.get(30, TimeUnit.SECONDS))
              .allSatisfy(waiter -> assertThat(waiter.told).hasSize(1));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
