package io.flowledger.http.accesslog;

import io.flowledger.http.telemetry.EndedRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each request that is over. A thread of its own writes: requests are put into a
 * bounded queue, and never wait. What has no room there, or cannot be written, is dropped and
 * counted, and that it begins and ends is a line of the server's log each.
 */
public final class AccessLog implements EndedRequest.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  /** At most a megabyte or two; at 40,000 requests a second, what comes while it pauses twice. */
  private static final int MOST_WAITING = 4096;

  private static final int MOST_AT_A_TIME = 512;

  /** Waking the writer for each request would cost these more than their lines do. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Without a line left out for so long, it is over: else it would be told all the time. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long CLOSE_LIMIT_MS = 2000;

  private final AccessLogFile file;
  private final AccessLogFormat format;
  private final BlockingQueue<EndedRequest> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Counter full;
  private final Counter failed;
  private final Thread writer = new Thread(this::run, "access-log");
  private volatile boolean dropping; // since it is full
  private volatile long lastFull;
  private boolean failing;
  private volatile boolean closed;

  private AccessLog(AccessLogFile file, AccessLogFormat format, MeterRegistry metrics) {
    this.file = file;
    this.format = format;
    this.full = dropped(metrics, "queue");
    this.failed = dropped(metrics, "file");
    writer.setDaemon(true);
  }

  /**
   * Begins to write.
   *
   * @param name of a file, or {@code -} for standard output
   * @throws IOException when it cannot be written
   */
  public static AccessLog open(
      String name, AccessLogFormat format, OutputStream standardOutput, MeterRegistry metrics)
      throws IOException {
    return of(AccessLogFile.open(name, standardOutput), format, metrics);
  }

  static AccessLog of(AccessLogFile file, AccessLogFormat format, MeterRegistry metrics) {
    AccessLog log = new AccessLog(file, format, metrics);
    log.writer.start();
    return log;
  }

  private static Counter dropped(MeterRegistry metrics, String reason) {
    return Counter.builder("flowledger.access.log.dropped")
        .description("Lines of the access log that were not written")
        .tag("reason", reason)
        .register(metrics);
  }

  @Override
  public void ended(EndedRequest request) {
    if (!waiting.offer(AccessLogFormat.kept(request))) {
      full.increment();
      lastFull = System.nanoTime();
      if (!dropping) {
        dropping = true;
        LOG.warn("the access log is not written as fast as requests end: lines are left out");
      }
    }
  }

  private void run() {
    List<EndedRequest> batch = new ArrayList<>(MOST_AT_A_TIME);
    StringBuilder lines = new StringBuilder();
    while (true) {
      boolean last = closed;
      while (waiting.drainTo(batch, MOST_AT_A_TIME) > 0) {
        lines.setLength(0);
        for (EndedRequest request : batch) {
          format.write(request, lines);
          lines.append('\n');
        }
        write(lines, batch.size());
        batch.clear();
      }
      if (dropping && System.nanoTime() - lastFull > SETTLED_NANOS) {
        dropping = false;
        LOG.info("the access log is written whole again");
      }
      if (last) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void write(StringBuilder lines, int count) {
    try {
      file.write(lines);
      if (failing) {
        failing = false;
        LOG.info("the access log can be written again");
      }
    } catch (IOException | RuntimeException e) {
      failed.increment(count);
      if (!failing) {
        failing = true;
        LOG.warn("the access log cannot be written: {}", e.toString());
      }
    }
  }

  /** Writes what waits, then ends. */
  @Override
  public void close() throws IOException {
    closed = true;
    LockSupport.unpark(writer);
    try {
      writer.join(CLOSE_LIMIT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!writer.isAlive()) {
      file.close();
    }
  }
}
