package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Work of one kind that takes too long for an event loop, on a few threads. How many pieces of it
 * are under way, running or waiting for a thread, is bounded; more are refused at once, so nothing
 * waits without end.
 */
public final class BlockingWork {

  private final Executor threads;
  private final int most;
  private final Supplier<? extends RuntimeException> refusal;
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * Threads for one kind of work.
   *
   * @param name what the names of the threads begin with
   * @param longest that a piece of work may take before the log complains of a thread that hangs
   */
  public record Threads(String name, int count, Duration longest) {}

  private interface Executor {
    <T> Future<T> executeBlocking(Callable<T> work, boolean ordered);
  }

  private BlockingWork(Executor threads, int most, Supplier<? extends RuntimeException> refusal) {
    this.threads = threads;
    this.most = most;
    this.refusal = refusal;
  }

  /**
   * Work on threads of its own.
   *
   * @param most pieces that may be under way
   * @param refusal what one more is refused with, for example {@link RefusedException#unavailable}
   */
  public static BlockingWork on(
      Threads threads, Vertx vertx, int most, Supplier<? extends RuntimeException> refusal) {
    return new BlockingWork(
        vertx.createSharedWorkerExecutor(
                threads.name(),
                threads.count(),
                threads.longest().toMillis(),
                TimeUnit.MILLISECONDS)
            ::executeBlocking,
        most,
        refusal);
  }

  /** The same on the threads that Vert.x has for whoever comes. */
  public static BlockingWork onSharedThreads(
      Vertx vertx, int most, Supplier<? extends RuntimeException> refusal) {
    return new BlockingWork(vertx::executeBlocking, most, refusal);
  }

  /** How many pieces are under way. */
  public int underWay() {
    return underWay.get();
  }

  /**
   * Does a piece of work in one go.
   *
   * @return what it makes, on the caller's event loop
   * @throws RuntimeException the refusal, when too much is under way
   */
  public <T> Future<T> run(Callable<T> work) {
    enter();
    return stretch(work).onComplete(over -> leave());
  }

  /**
   * Begins a piece of work of several stretches.
   *
   * @param work when it completes, however it does, the work is over
   * @throws RuntimeException the refusal, when too much is under way
   */
  public void begin(Future<?> work) {
    enter();
    work.onComplete(over -> leave());
  }

  /**
   * Does a stretch of what has begun.
   *
   * @return fails also when the server is being stopped
   */
  public <T> Future<T> stretch(Callable<T> work) {
    try {
      return threads.executeBlocking(work, false);
    } catch (RejectedExecutionException closing) {
      return Future.failedFuture(closing);
    }
  }

  private void enter() {
    if (underWay.incrementAndGet() > most) {
      leave();
      throw refusal.get();
    }
  }

  private void leave() {
    underWay.decrementAndGet();
  }
}
