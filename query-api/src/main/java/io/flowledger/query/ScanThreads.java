package io.flowledger.query;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads that scan views and read the log. How many answers are being made with them is
 * bounded.
 */
final class ScanThreads {

  private final WorkerExecutor threads;
  private final int maxScans;
  private final AtomicInteger scans = new AtomicInteger();

  ScanThreads(Vertx vertx, QueryConfig config) {
    this.threads = vertx.createSharedWorkerExecutor("scans", config.scanThreads());
    this.maxScans = config.maxScans();
  }

  /** How many answers are being made. */
  int underWay() {
    return scans.get();
  }

  /**
   * Begins an answer, which {@link #end} has to follow.
   *
   * @throws io.vertx.ext.web.handler.HttpException 503 when too many are under way
   */
  void begin() {
    if (scans.incrementAndGet() > maxScans) {
      scans.decrementAndGet();
      throw Invalid.overloaded();
    }
  }

  void end() {
    scans.decrementAndGet();
  }

  /** Reads a piece of an answer that has begun. */
  <T> Future<T> read(Callable<T> read) {
    try {
      return threads.executeBlocking(read, false);
    } catch (RejectedExecutionException closing) {
      return Future.failedFuture(closing);
    }
  }

  /**
   * Reads what an answer needs, all at once.
   *
   * @throws io.vertx.ext.web.handler.HttpException 503 when too many answers are under way
   */
  <T> Future<T> readWhole(Callable<T> read) {
    begin();
    return read(read).onComplete(over -> end());
  }
}
