package io.flowledger.deploy;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What is for whoever is on the server's machine, and nobody else. */
final class Loopback {

  private Loopback() {}

  /**
   * Refuses a request from elsewhere.
   *
   * @param what is done, for example {@code checkpoints are taken}
   * @throws RefusedException 403
   */
  static void require(RoutingContext request, String what) {
    if (!isLocal(request.request().remoteAddress().hostAddress())) {
      throw RefusedException.forbidden(what + " from the server's machine only");
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
