package io.flowledger.http;

import io.flowledger.event.Origin;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sends a request, as far as the server knows: by the address that the connection comes
 * from, or that the node of the cluster says which has passed it on.
 */
public final class Caller {

  private static final String PASSED_ON = Caller.class.getName();

  private final @Nullable String address;

  private Caller(@Nullable String address) {
    this.address = address;
  }

  /** The caller of a request. */
  public static Caller of(RoutingContext request) {
    String passedOn = request.get(PASSED_ON);
    if (passedOn != null) {
      return new Caller(passedOn);
    }
    SocketAddress peer = request.request().remoteAddress();
    return new Caller(peer == null ? null : peer.hostAddress());
  }

  /** Says who has sent a request that was passed on by somebody who is trusted. */
  public static void from(RoutingContext request, String address) {
    request.put(PASSED_ON, address);
  }

  /** Address of its machine; null where there is none. */
  public @Nullable String address() {
    return address;
  }

  /** What events say about where they come from. */
  public Origin origin() {
    return new Origin(null, address);
  }
}
