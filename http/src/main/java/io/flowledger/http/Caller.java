package io.flowledger.http;

import io.flowledger.event.Origin;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sends a request, as far as the server knows: by the address that the connection comes
 * from.
 */
public final class Caller {

  private final @Nullable String address;

  private Caller(@Nullable String address) {
    this.address = address;
  }

  /** The caller of a request. */
  public static Caller of(RoutingContext request) {
    SocketAddress peer = request.request().remoteAddress();
    return new Caller(peer == null ? null : peer.hostAddress());
  }

  /** What events say about where they come from. */
  public Origin origin() {
    return new Origin(null, address);
  }
}
