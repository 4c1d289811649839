package io.flowledger.ingest.log;

import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;

/** Makes a producer that never blocks know its topics before it is used. */
final class ProducerWarmUp {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_MS = 10;

  private ProducerWarmUp() {}

  /**
   * @throws TimeoutException when the cluster does not tell in time
   */
  static void fetchMetadata(Producer<byte[], byte[]> producer, String... topics) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (String topic : topics) {
      while (!isKnown(producer, topic)) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("no metadata of topic " + topic);
        }
        try {
          Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new TimeoutException("interrupted", e);
        }
      }
    }
  }

  /** Asking starts the fetch; the producer answers at once either way. */
  private static boolean isKnown(Producer<byte[], byte[]> producer, String topic) {
    try {
      return !producer.partitionsFor(topic).isEmpty();
    } catch (TimeoutException notYet) {
      return false;
    }
  }
}
