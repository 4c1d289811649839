package io.flowledger.deploy.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of this machine, looked at before a part that dies of a taken one gets to use them. */
public final class Ports {

  // Below those that systems give to connections and to whoever does not care: one that is free
  // now, of thousands, is free still when it is used.
  private static final int FIRST = 15_000;
  private static final int LAST = 32_767;
  private static final int MOST_TRIES = 100;

  /** From one to the next: all have had their turn, but neighbours not one after the other. */
  private static final long STRIDE = 7919;

  /** From anywhere on: whoever asks twice does not get the same one twice. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(LAST - FIRST));

  private Ports() {}

  /**
   * @throws StartException when the port is taken
   */
  static void checkFree(String host, int port, String option) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new StartException(
          "cannot listen on %s:%d (%s); use %s to choose another port"
              .formatted(host, port, e.getMessage(), option),
          e);
    }
  }

  /**
   * A port of the loopback interface that nobody uses now, and hardly anybody will soon; another
   * one each time.
   */
  public static int free() {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement() * STRIDE, LAST - FIRST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new StartException("no free port on the loopback interface");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort() == port;
    } catch (IOException taken) {
      return false;
    }
  }
}
