package io.flowledger.ingest.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class SequenceTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long LONG_AGO = 1;

  /** Sizes of the claims that nobody has answered yet. */
  private final Deque<Long> claims = new ArrayDeque<>();

  private final Sequence sequence = new Sequence(claims::add);
  private long now = LONG_AGO;
  private long next = 1;

  /** What a taker was told. */
  private static final class Taken implements Sequence.Taker {
    private List<Long> numbers = List.of();
    private String failure = "";

    @Override
    public void numbers(long[] given) {
      this.numbers = LongStream.of(given).boxed().toList();
    }

    @Override
    public void failed(Exception cause) {
      this.failure = String.valueOf(cause.getMessage());
    }
  }

  private Taken take(int count, long now) {
    Taken taker = new Taken();
    sequence.take(count, now, taker);
    return taker;
  }

  /** The oldest claim that is under way owns the numbers from there on. */
  private long claimed(long first, long now) {
    long count = claims.remove();
    sequence.claimed(first, count, now);
    return count;
  }

  @Test
  void claimsASmallBlockFirst() {
    take(1, LONG_AGO);

    assertThat(claims).containsExactly(8L);
  }

  @Test
  void givesNumbersWhenTheClaimIsAnswered() {
    Taken first = take(2, LONG_AGO);
    Taken second = take(1, LONG_AGO);
    assertThat(first.numbers).isEmpty();

    claimed(101, LONG_AGO);

    assertThat(first.numbers).containsExactly(101L, 102L);
    assertThat(second.numbers).containsExactly(103L);
  }

  @Test
  void givesNumbersAtOnceWhenThereAreSome() {
    take(1, LONG_AGO);
    claimed(1, LONG_AGO);

    assertThat(take(2, LONG_AGO).numbers).containsExactly(2L, 3L);
    assertThat(claims).isEmpty();
  }

  @Test
  void claimsTheNextBlockWhenHalfOfTheLastOneIsUsed() {
    take(3, LONG_AGO);
    claimed(1, LONG_AGO);
    assertThat(claims).isEmpty();

    assertThat(take(1, LONG_AGO + 10 * SECOND).numbers).containsExactly(4L);

    assertThat(claims).containsExactly(8L);
  }

  @Test
  void nobodyWaitsForAClaimAheadOfNeed() {
    take(4, LONG_AGO);
    claimed(1, LONG_AGO);
    assertThat(claims).hasSize(1);

    assertThat(take(4, LONG_AGO).numbers).containsExactly(5L, 6L, 7L, 8L);
  }

  @Test
  void countsWithoutGapsAcrossBlocks() {
    take(6, LONG_AGO);
    claimed(1, LONG_AGO);
    claimed(9, LONG_AGO);

    assertThat(take(5, LONG_AGO).numbers).containsExactly(7L, 8L, 9L, 10L, 11L);
  }

  @Test
  void takesOneSetFromTwoBlocksThatAreApart() {
    take(6, LONG_AGO);
    claimed(1, LONG_AGO);
    claimed(1001, LONG_AGO);

    assertThat(take(4, LONG_AGO).numbers).containsExactly(7L, 8L, 1001L, 1002L);
  }

  @Test
  void claimsAsManyAsAreWaitedFor() {
    take(10, LONG_AGO);
    assertThat(claims).containsExactly(10L);

    take(20, LONG_AGO);
    take(30, LONG_AGO);
    assertThat(claims).containsExactly(10L);

    assertThat(claimed(1, LONG_AGO)).isEqualTo(10);
    assertThat(claims).containsExactly(50L);
  }

  @Test
  void oneClaimIsUnderWayAtATime() {
    for (int i = 0; i < 100; i++) {
      take(1, LONG_AGO);
    }

    assertThat(claims).containsExactly(8L);
  }

  @Test
  void servesWhoWaitsInTheirOrder() {
    Taken first = take(5, LONG_AGO);
    Taken second = take(10, LONG_AGO);
    Taken third = take(1, LONG_AGO);

    claimed(1, LONG_AGO);

    assertThat(first.numbers).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(second.numbers).isEmpty();
    assertThat(third.numbers).as("the third does not overtake").isEmpty();

    claimed(9, LONG_AGO);

    assertThat(second.numbers).containsExactly(6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L);
    assertThat(third.numbers).containsExactly(16L);
  }

  /** Uses up what there is, that many times, and tells how large the claims were for it. */
  private List<Long> sizesOfClaims(int times, long pause) {
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      now += pause;
      long size = claimed(next, now);
      next += size;
      sizes.add(size);
      take((int) size, now);
    }
    return sizes;
  }

  @Test
  void blocksDoubleWhileClaimsFollowCloselyAndStopAt65536() {
    sequence.take(0, now, new Taken());

    assertThat(sizesOfClaims(16, SECOND))
        .containsExactly(
            8L, 16L, 32L, 64L, 128L, 256L, 512L, 1024L, 2048L, 4096L, 8192L, 16384L, 32768L, 65536L,
            65536L, 65536L);
  }

  @Test
  void blocksHalveWhenClaimsGetRarerAndStopAt8() {
    sequence.take(0, now, new Taken());
    sizesOfClaims(3, SECOND);

    assertThat(sizesOfClaims(6, 2 * SECOND)).containsExactly(64L, 32L, 16L, 8L, 8L, 8L);
  }

  @Test
  void claimsThatFailDoNotMakeBlocksGrow() {
    take(4, LONG_AGO);
    claimed(1, LONG_AGO);
    for (int i = 0; i < 10; i++) {
      assertThat(claims.remove()).isEqualTo(16);
      sequence.claimFailed(new IllegalStateException("no broker"));
      take(1, LONG_AGO);
    }
  }

  @Test
  void whoWaitsIsToldOfAFailure() {
    Taken first = take(1, LONG_AGO);
    Taken second = take(1, LONG_AGO);

    claims.remove();
    sequence.claimFailed(new IllegalStateException("no broker"));

    assertThat(first.failure).isEqualTo("no broker");
    assertThat(second.failure).isEqualTo("no broker");
  }

  /** A taker that breaks whatever it is told. */
  private void takeAndBreak() {
    sequence.take(
        1,
        LONG_AGO,
        new Sequence.Taker() {
          @Override
          public void numbers(long[] numbers) {
            throw new IllegalStateException("broken taker");
          }

          @Override
          public void failed(Exception cause) {
            throw new IllegalStateException("broken taker", cause);
          }
        });
  }

  @Test
  void aTakerThatBreaksTakesNobodyWithIt() {
    Taken before = take(1, LONG_AGO);
    takeAndBreak();
    Taken after = take(1, LONG_AGO);

    claimed(1, LONG_AGO);

    assertThat(before.numbers).containsExactly(1L);
    assertThat(after.numbers).containsExactly(3L);
  }

  @Test
  void aTakerThatBreaksOnAFailureKeepsItFromNobody() {
    takeAndBreak();
    Taken after = take(1, LONG_AGO);

    claims.remove();
    sequence.claimFailed(new IllegalStateException("no broker"));

    assertThat(after.failure).isEqualTo("no broker");
  }

  @Test
  void whoComesAfterAFailureClaimsAgainAndGetsNumbersOnce() {
    Taken first = take(20, LONG_AGO);
    claims.remove();
    sequence.claimFailed(new IllegalStateException("no broker"));

    Taken second = take(1, LONG_AGO);
    assertThat(claims).as("nothing of what failed is wanted any more").containsExactly(8L);
    claimed(1, LONG_AGO);

    assertThat(second.numbers).containsExactly(1L);
    assertThat(first.numbers).isEmpty();
  }

  @Test
  void aFailedClaimAheadOfNeedFailsNobody() {
    Taken first = take(4, LONG_AGO);
    claimed(1, LONG_AGO);
    claims.remove();
    sequence.claimFailed(new IllegalStateException("no broker"));

    Taken second = take(4, LONG_AGO);

    assertThat(first.failure).isEmpty();
    assertThat(second.numbers).containsExactly(5L, 6L, 7L, 8L);
    assertThat(claims).hasSize(1);
  }

  @Test
  void aClaimThatFailsAtOnceFailsTheTaker() {
    Sequence[] failing = new Sequence[1];
    failing[0] =
        new Sequence(count -> failing[0].claimFailed(new IllegalStateException("buffer full")));
    Taken taker = new Taken();

    failing[0].take(1, LONG_AGO, taker);

    assertThat(taker.failure).isEqualTo("buffer full");
  }

  /**
   * Claims are answered late, on a thread of their own, and other processes claim in between: still
   * no number is given twice and every set ascends.
   */
  @Test
  void numbersAreUniqueAndAscendingWhoeverTakesThem() throws InterruptedException {
    Random random = Seed.random("SequenceTest");
    int threads = 4;
    int takesPerThread = 3_000;
    long[] seeds = random.longs(threads + 1).toArray();
    Random ofLog = new Random(seeds[threads]);
    AtomicLong end = new AtomicLong(); // of the folding thread alone
    CountDownLatch allTaken = new CountDownLatch(threads * takesPerThread);
    Queue<long[]> sets = new ConcurrentLinkedQueue<>();
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    ExecutorService log = Executors.newSingleThreadExecutor();
    Sequence[] shared = new Sequence[1];
    shared[0] =
        new Sequence(
            count ->
                log.execute(
                    () -> {
                      end.addAndGet(ofLog.nextInt(3)); // claims of others
                      long first = end.getAndAdd(count) + 1;
                      shared[0].claimed(first, count, System.nanoTime());
                    }));
    List<Thread> takers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Random ofTaker = new Random(seeds[i]);
      takers.add(
          new Thread(
              () -> {
                for (int take = 0; take < takesPerThread; take++) {
                  shared[0].take(
                      1 + ofTaker.nextInt(12),
                      System.nanoTime(),
                      new Sequence.Taker() {
                        @Override
                        public void numbers(long[] numbers) {
                          sets.add(numbers);
                          allTaken.countDown();
                        }

                        @Override
                        public void failed(Exception cause) {
                          failures.add(String.valueOf(cause));
                          allTaken.countDown();
                        }
                      });
                }
              }));
    }
    takers.forEach(Thread::start);

    assertThat(allTaken.await(30, TimeUnit.SECONDS)).isTrue();
    log.shutdown();
    assertThat(failures).isEmpty();
    assertThat(sets)
        .allSatisfy(
            set -> assertThat(LongStream.of(set).sorted().distinct().toArray()).isEqualTo(set));
    long given = sets.stream().mapToLong(set -> set.length).sum();
    assertThat(sets.stream().flatMapToLong(LongStream::of).distinct().count()).isEqualTo(given);
    assertThat(sets.stream().flatMapToLong(LongStream::of).max()).isPresent();
    assertThat(sets.stream().flatMapToLong(LongStream::of).max().getAsLong())
        .isLessThanOrEqualTo(end.get());
  }
}
