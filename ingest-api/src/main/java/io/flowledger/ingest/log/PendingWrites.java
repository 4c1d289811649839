package io.flowledger.ingest.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many writes are on their way, which is bounded. Single ones are refused beyond the bound.
 * Those that come many at a time have half of it, and wait for their turn: so they never keep
 * single ones out.
 */
public final class PendingWrites {

  private record Waiting(int count, Runnable then) {}

  private final int max;
  private final AtomicInteger pending = new AtomicInteger();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int many;

  public PendingWrites(int max) {
    this.max = max;
  }

  public int count() {
    return pending.get();
  }

  /** Begins a write; false where there are too many. */
  public boolean begin() {
    if (pending.incrementAndGet() > max) {
      pending.decrementAndGet();
      return false;
    }
    return true;
  }

  public void end() {
    pending.decrementAndGet();
  }

  /** The most that may begin at a time. */
  public int most() {
    return Math.max(1, max / 2);
  }

  /**
   * Begins several writes as soon as there is room for them.
   *
   * @param count at most as many as {@link #most()}
   * @param then is called when they have begun, now or on another thread; it must not block
   */
  public void begin(int count, Runnable then) {
    synchronized (waiting) {
      if (!waiting.isEmpty() || many + count > most()) {
        waiting.add(new Waiting(count, then));
        return;
      }
      many += count;
    }
    pending.addAndGet(count);
    then.run();
  }

  /** Ends some of several writes. */
  public void end(int count) {
    pending.addAndGet(-count);
    Deque<Waiting> begun = new ArrayDeque<>();
    synchronized (waiting) {
      many -= count;
      for (Waiting next = waiting.peek();
          next != null && many + next.count() <= most();
          next = waiting.peek()) {
        many += next.count();
        begun.add(waiting.remove());
      }
    }
    begun.forEach(
        next -> {
          pending.addAndGet(next.count());
          next.then().run();
        });
  }
}
