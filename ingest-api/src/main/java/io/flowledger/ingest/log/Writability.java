package io.flowledger.ingest.log;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the log can be written, as far as this process knows. Appends are refused while somebody
 * says so; otherwise they are tried, whatever has become of those before them, so that the first
 * one that succeeds ends the trouble. What begins and what ends is a line of the server's log each,
 * however many appends fail between them.
 */
public final class Writability {

  private static final Logger LOG = LoggerFactory.getLogger(Writability.class);

  /** Without a failure for so long, a success counts: else some partitions still fail. */
  private static final Duration SETTLED = Duration.ofSeconds(5);

  private static final double NANOS = 1e9;

  private final LongSupplier nanos;
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable String refusal;
  private volatile @Nullable String end;
  private volatile @Nullable Trouble trouble;

  private record Trouble(String reason, long since, long failuresBefore, long lastFailure) {}

  /**
   * @param nanos tells the time, as {@link System#nanoTime()} does
   */
  public Writability(LongSupplier nanos) {
    this.nanos = nanos;
  }

  // ---- is asked
  // ----------------------------------------------------------------------------------

  /** Why nothing is appended now; empty where it is tried. */
  public Optional<String> refusal() {
    return Optional.ofNullable(end).or(() -> Optional.ofNullable(refusal));
  }

  /** Why the log cannot be written now; empty where all is well. */
  public Optional<String> reason() {
    Trouble now = trouble;
    return refusal().or(() -> Optional.ofNullable(now).map(Trouble::reason));
  }

  /** How many appends have failed or were refused. */
  public long failures() {
    return failures.get();
  }

  // ---- is told
  // -----------------------------------------------------------------------------------

  /** Nothing is to be appended from now on. */
  public synchronized void refuse(String reason) {
    if (refusal == null) {
      LOG.warn("writes are refused: {}", reason);
    }
    refusal = reason;
  }

  /** Appends are to be tried again. */
  public synchronized void admit() {
    if (refusal != null) {
      LOG.info("writes are accepted again");
    }
    refusal = null;
  }

  /** Nothing will be appended any more in this process. */
  public synchronized void end(String reason) {
    LOG.error("writes are refused: {}", reason);
    end = reason;
  }

  void refused() {
    failures.incrementAndGet();
  }

  void failed(Exception cause) {
    failures.incrementAndGet();
    if (AppendFailure.isOfTheLog(cause)) {
      unreachable("the log cannot be written: " + AppendFailure.explanation(cause));
    }
  }

  void appended() {
    if (trouble != null) {
      reachable();
    }
  }

  /** The log cannot be written, as has been found out without an append. */
  public synchronized void unreachable(String reason) {
    long now = nanos.getAsLong();
    Trouble before = trouble;
    if (before == null) {
      LOG.warn("{}", reason);
      trouble = new Trouble(reason, now, failures.get(), now);
    } else {
      trouble = new Trouble(before.reason(), before.since(), before.failuresBefore(), now);
    }
  }

  /** The log can be written, as far as that can be found out without an append. */
  public synchronized void reachable() {
    Trouble before = trouble;
    long now = nanos.getAsLong();
    if (before == null || now - before.lastFailure() < SETTLED.toNanos()) {
      return;
    }
    trouble = null;
    LOG.info(
        "the log can be written again, after {} s in which {} appends have failed",
        Math.round((now - before.since()) / NANOS),
        failures.get() - before.failuresBefore());
  }
}
