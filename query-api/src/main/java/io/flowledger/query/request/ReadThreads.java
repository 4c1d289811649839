package io.flowledger.query.request;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Threads for reads that take too long for an event loop. They are few, and how many reads are
 * under way, running or waiting for a thread, is bounded.
 */
public final class ReadThreads {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final BlockingWork scans;

  /**
   * @param name what the names of the threads begin with
   * @param maxScans reads that may be under way
   */
  public ReadThreads(Vertx vertx, String name, int count, int maxScans) {
    this.scans =
        BlockingWork.on(
            new BlockingWork.Threads(name, count, LONGEST),
            vertx,
            maxScans,
            () -> RefusedException.unavailable("too many listings are being read, try again"));
  }

  /** How many reads are under way. */
  public int underWay() {
    return scans.underWay();
  }

  /**
   * Reads something in one go.
   *
   * @throws RefusedException 503 when too many reads are under way
   */
  public <T> Future<T> read(Callable<T> read) {
    return scans.run(read);
  }

  /**
   * Begins a read of several stretches.
   *
   * @param reading when it completes, however it does, the read is over
   * @throws RefusedException 503 when too many reads are under way
   */
  public void begin(Future<?> reading) {
    scans.begin(reading);
  }

  /** Reads a stretch of what has begun. */
  public <T> Future<T> stretch(Callable<T> read) {
    return scans.stretch(read);
  }
}
