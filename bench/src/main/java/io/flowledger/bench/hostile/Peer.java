package io.flowledger.bench.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One client with one connection at a time, which it opens again whenever it wants. */
abstract class Peer {

  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final int SLICE = 256 << 10; // the others have their turn in between

  private final Wire wire;
  private final int receiveBytes;
  private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private boolean reading = true;
  private long opened; // counts the connections

  /**
   * @param receiveBytes that the system takes for it while it does not read; 0 for its default
   */
  Peer(Wire wire, int receiveBytes) {
    this.wire = wire;
    this.receiveBytes = receiveBytes;
  }

  /** It may send. */
  abstract void connected();

  /** Something has come; what is not taken is gone. */
  abstract void received(ByteBuffer bytes);

  /** The other side has closed, or has never been there. It may open again, later. */
  abstract void closed();

  /** What is sent has been sent. */
  void sent() {}

  void wrote(int bytes) {}

  Wire wire() {
    return wire;
  }

  boolean isOpen() {
    return channel != null;
  }

  boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /** Does something later, unless the connection is another one then. */
  void later(Duration time, Runnable step) {
    long now = opened;
    wire.after(
        time,
        () -> {
          if (opened == now) {
            step.run();
          }
        });
  }

  void open() {
    opened++;
    reading = true;
    try {
      SocketChannel opening = SocketChannel.open();
      channel = opening;
      opening.configureBlocking(false);
      opening.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (receiveBytes > 0) {
        opening.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
      }
      if (wire.from().isPresent()) {
        opening.bind(new InetSocketAddress(wire.from().get(), 0));
      }
      boolean there = opening.connect(wire.server());
      key = opening.register(wire.selector(), SelectionKey.OP_CONNECT, this);
      if (there) {
        begin();
      }
    } catch (IOException e) {
      drop();
      wire.after(AGAIN, this::closed);
    }
  }

  void close() {
    drop();
    opened++;
  }

  private void drop() {
    unsent.clear();
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException gone) {
      // as it shall be
    }
    channel = null;
    key = null;
  }

  void send(ByteBuffer... parts) {
    for (ByteBuffer part : parts) {
      unsent.add(part.duplicate());
    }
    interest();
  }

  void read(boolean on) {
    reading = on;
    interest();
  }

  private void begin() {
    interest();
    connected();
  }

  private void interest() {
    if (key != null && key.isValid()) {
      key.interestOps(
          (reading ? SelectionKey.OP_READ : 0) | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }
  }

  /** Does what can be done without waiting. */
  void serve() {
    SelectionKey served = key;
    SocketChannel connection = channel;
    if (served == null || connection == null || !served.isValid()) {
      return;
    }
    try {
      if (served.isConnectable()) {
        connection.finishConnect();
        begin();
        return;
      }
      if (served.isWritable()) {
        write(connection);
      }
      if (served.isValid() && served.isReadable()) {
        take(Integer.MAX_VALUE);
      }
    } catch (IOException e) {
      end();
    }
  }

  private void write(SocketChannel connection) throws IOException {
    ByteBuffer first = unsent.element();
    int limit = first.limit();
    first.limit(Math.min(limit, first.position() + SLICE));
    wrote(connection.write(first));
    first.limit(limit);
    if (!first.hasRemaining()) {
      unsent.remove();
    }
    if (unsent.isEmpty()) {
      interest();
      sent();
    }
  }

  /** Reads what is there, so many bytes at most. */
  void take(int most) throws IOException {
    SocketChannel connection = channel;
    if (connection == null) {
      return;
    }
    ByteBuffer buffer = wire.buffer();
    buffer.limit(Math.min(most, buffer.capacity()));
    if (connection.read(buffer) < 0) {
      end();
    } else {
      received(buffer.flip());
    }
  }

  void end() {
    close();
    closed();
  }
}
