package io.flowledger.deploy;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What is for whoever is on the server's machine, and nobody else. */
final class Loopback {

  private static final int FORBIDDEN = 403;

  private Loopback() {}

  /**
   * Refuses a request from elsewhere.
   *
   * @param what is done, for example {@code checkpoints are taken}
   * @throws HttpException 403
   */
  static void require(RoutingContext request, String what) {
    if (!isLocal(request.request().remoteAddress().hostAddress())) {
      throw new HttpException(FORBIDDEN, what + " from the server's machine only");
    }
  }

  private static boolean isLocal(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException impossible) {
      return false; // it is an address, no name
    }
  }
}
