package io.flowledger.ingest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;

/**
 * Hands out the numbers of one sequence from the blocks that it claims. A block is as large as what
 * is waited for, and twice as large as the one before while claims follow each other closely, so
 * that a quiet installation counts without gaps and a busy one claims rarely. The next block is
 * claimed when half of the last one is used up, before anybody has to wait.
 */
final class Sequence {

  private static final int SMALLEST_BLOCK = 8;
  private static final int LARGEST_BLOCK = 1 << 16;
  private static final long BUSY_NANOS = 2_000_000_000L;

  /** Is told numbers, on any thread. */
  interface Taker {
    void numbers(long[] numbers);

    void failed(Exception cause);
  }

  private record Waiting(int count, Taker taker) {}

  /** Numbers from first to last, both included. */
  private record Block(long first, long last) {}

  private final LongConsumer claim;
  private final Deque<Block> blocks = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long available;
  private long wanted;
  private int blockSize = SMALLEST_BLOCK;
  private boolean claiming;
  private long lastClaimNanos = Long.MIN_VALUE;

  /**
   * @param claim claims that many numbers; ends in {@link #claimed} or {@link #claimFailed}
   */
  Sequence(LongConsumer claim) {
    this.claim = claim;
  }

  /** Calls the taker with that many different numbers, ascending; at once when they are there. */
  void take(int count, long nowNanos, Taker taker) {
    long[] numbers = null;
    long toClaim;
    synchronized (this) {
      if (waiting.isEmpty() && available >= count) {
        numbers = next(count);
      } else {
        waiting.add(new Waiting(count, taker));
        wanted += count;
      }
      toClaim = blockToClaim(nowNanos);
    }
    if (toClaim > 0) {
      claim.accept(toClaim);
    }
    if (numbers != null) {
      taker.numbers(numbers);
    }
  }

  /** The claim that is under way owns these numbers. */
  void claimed(long first, long count, long nowNanos) {
    Deque<Runnable> served = new ArrayDeque<>();
    long toClaim;
    synchronized (this) {
      claiming = false;
      blocks.add(new Block(first, first + count - 1));
      available += count;
      for (Waiting head = waiting.peek();
          head != null && head.count() <= available;
          head = waiting.peek()) {
        Waiting taker = waiting.remove();
        wanted -= taker.count();
        long[] numbers = next(taker.count());
        served.add(() -> taker.taker().numbers(numbers));
      }
      toClaim = blockToClaim(nowNanos);
    }
    if (toClaim > 0) {
      claim.accept(toClaim);
    }
    served.forEach(Runnable::run);
  }

  /** The claim that is under way has failed; whoever waits is told so. */
  void claimFailed(Exception cause) {
    Deque<Waiting> failed;
    synchronized (this) {
      claiming = false;
      failed = new ArrayDeque<>(waiting);
      waiting.clear();
      wanted = 0;
    }
    failed.forEach(taker -> taker.taker().failed(cause));
  }

  /** How many numbers to claim now; 0 for none. */
  private long blockToClaim(long nowNanos) {
    if (claiming || (waiting.isEmpty() && available > blockSize / 2)) {
      return 0;
    }
    claiming = true;
    if (lastClaimNanos != Long.MIN_VALUE) {
      boolean busy = nowNanos - lastClaimNanos < BUSY_NANOS;
      blockSize =
          busy ? Math.min(blockSize * 2, LARGEST_BLOCK) : Math.max(blockSize / 2, SMALLEST_BLOCK);
    }
    lastClaimNanos = nowNanos;
    return Math.max(blockSize, wanted);
  }

  private long[] next(int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      Block block = blocks.remove();
      numbers[i] = block.first();
      if (block.first() < block.last()) {
        blocks.addFirst(new Block(block.first() + 1, block.last()));
      }
    }
    available -= count;
    return numbers;
  }
}
