package io.flowledger.projector.log;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Consumers of the same settings that nobody uses now. There are as many as have ever been needed
 * at a time.
 */
final class IdleConsumers implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final Supplier<Consumer<byte[], byte[]>> newOne;
  private final Queue<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  IdleConsumers(Supplier<Consumer<byte[], byte[]>> newOne) {
    this.newOne = newOne;
  }

  /** One of them, or a new one. */
  Consumer<byte[], byte[]> take() {
    Consumer<byte[], byte[]> consumer = idle.poll();
    return consumer != null ? consumer : newOne.get();
  }

  /**
   * @param intact whether it can be used again
   */
  void giveBack(Consumer<byte[], byte[]> consumer, boolean intact) {
    if (intact && !closed) {
      idle.add(consumer);
    } else {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
  }

  /** Those that are in use are closed when they are given back. */
  @Override
  public void close() {
    closed = true;
    for (Consumer<byte[], byte[]> consumer = idle.poll();
        consumer != null;
        consumer = idle.poll()) {
      consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }
  }
}
