package io.flowledger.http;

import io.flowledger.event.Origin;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sends a request, as far as the server knows: by the credential that it has proven, and by
 * the address that the connection comes from; or as the node of the cluster says which has passed
 * it on.
 */
public final class Caller {

  private static final String PASSED_ON = Caller.class.getName();
  private static final String CREDENTIAL = PASSED_ON + ".credential";

  private final @Nullable String credential;
  private final @Nullable String address;

  private Caller(@Nullable String credential, @Nullable String address) {
    this.credential = credential;
    this.address = address;
  }

  /** The caller of a request. */
  public static Caller of(RoutingContext request) {
    String credential = request.get(CREDENTIAL);
    String passedOn = request.get(PASSED_ON);
    if (passedOn != null) {
      return new Caller(credential, passedOn);
    }
    SocketAddress peer = request.request().remoteAddress();
    return new Caller(credential, peer == null ? null : peer.hostAddress());
  }

  /** Says who has sent a request that was passed on by somebody who is trusted. */
  public static void from(RoutingContext request, String address) {
    request.put(PASSED_ON, address);
  }

  /** Says which credential a request has proven to be of. */
  public static void isCredential(RoutingContext request, String name) {
    request.put(CREDENTIAL, name);
  }

  /** Name of the credential; null where none is asked for. */
  public @Nullable String credential() {
    return credential;
  }

  /** Address of its machine; null where there is none. */
  public @Nullable String address() {
    return address;
  }

  /** What events say about where they come from. */
  public Origin origin() {
    return new Origin(credential, address);
  }
}
