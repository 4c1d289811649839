package io.flowledger.deploy.copy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/**
 * Servers on the source that are just ending: one that has stopped stays in its group until its
 * session has expired.
 */
final class LeavingServers {

  private static final Duration LONGEST_SESSION = Duration.ofSeconds(15);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final Consumer<String> lines;

  LeavingServers(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Waits for them; returns whether some stay. */
  boolean stay(LogSide source) {
    long deadline = System.nanoTime() + LONGEST_SESSION.toNanos();
    boolean told = false;
    while (source.isServed()) {
      if (System.nanoTime() > deadline) {
        return true;
      }
      if (!told) {
        lines.accept("waiting for the servers on " + source.place().name() + " to leave");
        told = true;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      }
    }
    return false;
  }
}
