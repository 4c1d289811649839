package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Access for whoever is on the server's machine, and nobody else. */
public final class LocalOnly {

  private LocalOnly() {}

  /**
   * Refuses a request from elsewhere.
   *
   * @param what is done, for example {@code checkpoints are taken}
   * @throws RefusedException 403
   */
  public static void require(RoutingContext request, String what) {
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
