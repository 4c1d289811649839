package io.flowledger.deploy.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of this machine, looked at before a part that dies of a taken one gets to use them. */
public final class Ports {

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

  /** A port of the loopback interface that nobody uses now. */
  public static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartException("no free port on the loopback interface: " + e, e);
    }
  }
}
