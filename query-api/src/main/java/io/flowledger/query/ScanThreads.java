package io.flowledger.query;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads of their own on which reads run that take too long for an event loop. How many
 * reads are under way, running or waiting for a thread, is bounded.
 */
final class ScanThreads {

  private final WorkerExecutor threads;
  private final int maxScans;
  private final AtomicInteger scans = new AtomicInteger();

  ScanThreads(Vertx vertx, QueryConfig config) {
    this(vertx, "scans", config);
  }

  /** Those of their own of what would keep others waiting when it does not come on. */
  ScanThreads(Vertx vertx, String name, QueryConfig config) {
    this.threads = vertx.createSharedWorkerExecutor(name, config.scanThreads());
    this.maxScans = config.maxScans();
  }

  /** How many reads are under way. */
  int underWay() {
    return scans.get();
  }

  /**
   * Reads something in one go.
   *
   * @throws RefusedException 503 when too many reads are under way
   */
  <T> Future<T> read(Callable<T> read) {
    Promise<Void> reading = Promise.promise();
    begin(reading.future());
    return stretch(read).onComplete(done -> reading.complete());
  }

  /**
   * Begins a read of several stretches.
   *
   * @param reading when it completes, however it does, the read is over
   * @throws RefusedException 503 when too many reads are under way
   */
  void begin(Future<?> reading) {
    if (scans.incrementAndGet() > maxScans) {
      scans.decrementAndGet();
      throw RefusedException.unavailable("too many listings are being read, try again");
    }
    reading.onComplete(over -> scans.decrementAndGet());
  }

  /** Reads a stretch of what has begun. */
  <T> Future<T> stretch(Callable<T> read) {
    try {
      return threads.executeBlocking(read, false);
    } catch (RejectedExecutionException closing) {
      return Future.failedFuture(closing);
    }
  }
}
