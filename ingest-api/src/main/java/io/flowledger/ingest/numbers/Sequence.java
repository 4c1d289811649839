package io.flowledger.ingest.numbers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the numbers of one sequence from the blocks that it claims. A block is as large as what
 * is waited for, and twice as large as the one before while claims follow each other closely, so
 * that a quiet installation counts without gaps and a busy one claims rarely. The next block is
 * claimed when half of the last one is used up, before anybody has to wait. A claim that fails has
 * given nothing, so it counts for nothing: a broker that is away does not make blocks grow.
 */
public final class Sequence {

  private static final Logger LOG = LoggerFactory.getLogger(Sequence.class);
  private static final int SMALLEST_BLOCK = 8;
  private static final int LARGEST_BLOCK = 1 << 16;
  private static final long BUSY_NANOS = 2_000_000_000L;

  /** Is told numbers, on any thread. */
  public interface Taker {
    void numbers(long[] numbers);

    void failed(Exception cause);
  }

  private record Waiting(int count, Taker taker) {}

  /** Numbers from first to last, both included. */
  private record Block(long first, long last) {}

  private record Claim(int blockSize, long nanos) {}

  private final LongConsumer claim;
  private final Deque<Block> blocks = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long available;
  private long wanted;
  private Optional<Claim> granted = Optional.empty(); // the last one
  private Optional<Claim> underWay = Optional.empty();

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
      granted = underWay;
      underWay = Optional.empty();
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
    served.forEach(Sequence::tell);
  }

  /** The claim that is under way has failed; whoever waits is told so. */
  void claimFailed(Exception cause) {
    Deque<Waiting> failed;
    synchronized (this) {
      underWay = Optional.empty();
      failed = new ArrayDeque<>(waiting);
      waiting.clear();
      wanted = 0;
    }
    failed.forEach(waiter -> tell(() -> waiter.taker().failed(cause)));
  }

  /** Whatever becomes of one taker, the others wait for their turn. */
  private static void tell(Runnable taker) {
    try {
      taker.run();
    } catch (RuntimeException e) {
      LOG.error("a taker of numbers has failed", e);
    }
  }

  /** How many numbers to claim now; 0 for none. */
  private long blockToClaim(long nowNanos) {
    int last = granted.map(Claim::blockSize).orElse(SMALLEST_BLOCK);
    if (underWay.isPresent() || (waiting.isEmpty() && available > last / 2)) {
      return 0;
    }
    Claim next = new Claim(nextBlockSize(nowNanos), nowNanos);
    underWay = Optional.of(next);
    return Math.max(next.blockSize(), wanted);
  }

  private int nextBlockSize(long nowNanos) {
    if (granted.isEmpty()) {
      return SMALLEST_BLOCK;
    }
    Claim last = granted.get();
    return nowNanos - last.nanos() < BUSY_NANOS
        ? Math.min(last.blockSize() * 2, LARGEST_BLOCK)
        : Math.max(last.blockSize() / 2, SMALLEST_BLOCK);
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
