package io.flowledger.bench.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Connections to a server and the time that passes between what is done on them, all on the thread
 * that runs it: it shares the processors with the server, so it does as little as can be. How late
 * it is with what is due says how much of a latency is its own.
 */
public final class Wire implements AutoCloseable {

  private static final int READ_BYTES = 128 << 10;
  private static final long TICK_MS = 10;

  private final InetSocketAddress server;
  private final Optional<String> from;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private final Histogram late = new Histogram(3);
  private long order;
  private volatile boolean stopped;

  private record Due(long nanos, long order, Runnable step) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(nanos - other.nanos, 0);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /**
   * @param from the address that clients come from, where it is not any
   */
  public Wire(URI server, Optional<String> from) {
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    this.from = from;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress server() {
    return server;
  }

  Optional<String> from() {
    return from;
  }

  Selector selector() {
    return selector;
  }

  /** What is read goes through this; nobody keeps it. */
  ByteBuffer buffer() {
    return buffer.clear();
  }

  /** Does something later, on this thread. */
  void after(Duration time, Runnable step) {
    due.add(new Due(System.nanoTime() + time.toNanos(), order++, step));
  }

  /** Serves the connections for so long, or until it is stopped. */
  public void run(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    tick();
    try {
      while (!stopped && System.nanoTime() < end) {
        selector.select(this::serve, Math.max(1, millisToNext()));
        doDue();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(SelectionKey key) {
    ((Peer) key.attachment()).serve();
  }

  private long millisToNext() {
    Due next = due.peek();
    return next == null ? TICK_MS : TimeUnit.NANOSECONDS.toMillis(next.nanos - System.nanoTime());
  }

  private void doDue() {
    long now = System.nanoTime();
    for (Due next = due.peek(); next != null && next.nanos <= now; next = due.peek()) {
      due.remove();
      next.step.run();
    }
  }

  private void tick() {
    long expected = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MS);
    after(
        Duration.ofMillis(TICK_MS),
        () -> {
          late.recordValue(Math.max(0, System.nanoTime() - expected));
          tick();
        });
  }

  /** How late it was with what was due, nanoseconds. */
  public Histogram late() {
    return late;
  }

  /** May be called on any thread. */
  public void stop() {
    stopped = true;
    selector.wakeup();
  }

  @Override
  public void close() {
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
