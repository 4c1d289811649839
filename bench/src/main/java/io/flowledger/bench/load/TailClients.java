package io.flowledger.bench.load;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Clients that follow a run as server-sent events, all on one thread that does as little as can be:
 * it shares the processors with the server that is measured. Of every piece that arrives it looks
 * at the time in the first event, and at the position of the last.
 */
public final class TailClients implements AutoCloseable {

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final Duration LAST_EVENT_LIMIT = Duration.ofSeconds(20);
  private static final int READ_BYTES = 1 << 20;
  private static final int CARRIED_BYTES = 64; // more than the line of a position
  private static final byte[] MARK = "\"value\": \"T".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "\nid: ".getBytes(StandardCharsets.US_ASCII);

  private final Selector selector;
  private final List<Client> clients = new ArrayList<>();
  private final Histogram latency = new ConcurrentHistogram(3);
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger cutOff = new AtomicInteger();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
  private final byte[] read = new byte[READ_BYTES];
  private final Thread reader = new Thread(this::readAll, "tails");
  private volatile boolean closed;

  private static final class Client {
    final SocketChannel channel;
    final byte[] carried = new byte[CARRIED_BYTES];
    int carriedLength;
    boolean answered;
    volatile long last = -1;

    Client(SocketChannel channel) {
      this.channel = channel;
    }
  }

  private TailClients(Selector selector) {
    this.selector = selector;
  }

  /** The value of metadata that carries the time of its sending. */
  public static String mark() {
    return "T" + System.nanoTime() + ";";
  }

  /** Connects, and returns when all are answered. */
  public static TailClients connect(URI server, String run, int count) {
    try {
      TailClients tails = new TailClients(Selector.open());
      tails.connectAll(server, run, count);
      return tails;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void connectAll(URI server, String run, int count) throws IOException {
    byte[] request =
        "GET %s/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n"
            .formatted(run)
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.write(ByteBuffer.wrap(request));
      channel.configureBlocking(false);
      Client client = new Client(channel);
      clients.add(client);
      channel.register(selector, SelectionKey.OP_READ, client);
    }
    reader.setDaemon(true);
    reader.start();
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    while (answered.get() < count) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("only " + answered.get() + " tails are answered");
      }
      Bench.sleep(Duration.ofMillis(10));
    }
  }

  private void readAll() {
    try {
      while (!closed) {
        selector.select(key -> read((Client) key.attachment()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(Client client) {
    buffer.clear().put(client.carried, 0, client.carriedLength);
    int length;
    try {
      length = client.channel.read(buffer);
      if (length < 0) {
        client.channel.close();
      }
    } catch (IOException broken) {
      length = -1;
    }
    if (length < 0) {
      cutOff.incrementAndGet();
      return;
    }
    long now = System.nanoTime();
    int end = buffer.position();
    buffer.flip().get(read, 0, end);
    if (!client.answered) {
      client.answered = true;
      answered.incrementAndGet();
    }
    int oldest = indexOf(MARK, client.carriedLength, end);
    long sent = oldest < 0 ? -1 : number(oldest + MARK.length, end, ';');
    if (sent > 0) {
      latency.recordValue(Math.max(0, now - sent));
    }
    long newest = newestOffset(end);
    if (newest >= 0) {
      client.last = newest;
    }
    client.carriedLength = Math.min(end, CARRIED_BYTES);
    System.arraycopy(read, end - client.carriedLength, client.carried, 0, client.carriedLength);
  }

  private int indexOf(byte[] pattern, int from, int end) {
    for (int i = from; i <= end - pattern.length; i++) {
      if (isAt(i, pattern)) {
        return i;
      }
    }
    return -1;
  }

  /** Offset of the last event that begins in what was read, where all of its position is there. */
  private long newestOffset(int end) {
    for (int i = end - ID.length - 1; i >= 0; i--) {
      if (isAt(i, ID)) {
        int at = i + ID.length;
        while (at < end && read[at] != '@') {
          at++;
        }
        long offset = number(at + 1, end, '\n');
        if (offset >= 0) {
          return offset;
        }
      }
    }
    return -1;
  }

  private boolean isAt(int at, byte[] pattern) {
    for (int i = 0; i < pattern.length; i++) {
      if (read[at + i] != pattern[i]) {
        return false;
      }
    }
    return true;
  }

  /** The number that ends with that character; -1 where it is cut off. */
  private long number(int from, int end, char after) {
    long number = 0;
    for (int i = from; i < end; i++) {
      if (read[i] == after) {
        return number;
      }
      number = number * 10 + read[i] - '0';
    }
    return -1;
  }

  /** From the sending of the oldest event of every piece to its arrival, nanoseconds. */
  public Histogram latency() {
    return latency.copy();
  }

  /** Forgets what has been measured so far. */
  public void reset() {
    latency.reset();
  }

  /** How many connections the server has ended. */
  public int cutOff() {
    return cutOff.get();
  }

  /** Whether all come to the same event, the last one. */
  public boolean awaitAll() {
    long deadline = System.nanoTime() + LAST_EVENT_LIMIT.toNanos();
    long before = -1;
    while (System.nanoTime() < deadline) {
      long furthest = clients.stream().mapToLong(client -> client.last).max().orElse(-1);
      if (furthest == before && clients.stream().allMatch(client -> client.last == furthest)) {
        return true;
      }
      before = furthest;
      Bench.sleep(Duration.ofSeconds(1));
    }
    return false;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    selector.wakeup();
    try {
      reader.join();
      for (Client client : clients) {
        client.channel.close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
