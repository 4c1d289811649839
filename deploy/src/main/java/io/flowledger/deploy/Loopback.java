package io.flowledger.deploy;

import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What only the machine of the server may do. */
final class Loopback {

  private Loopback() {}

  /** Whether a request comes from this machine. */
  static boolean sends(RoutingContext request) {
    try {
      return InetAddress.getByName(request.request().remoteAddress().hostAddress())
          .isLoopbackAddress();
    } catch (UnknownHostException impossible) {
      return false; // it is an address, no name
    }
  }
}
