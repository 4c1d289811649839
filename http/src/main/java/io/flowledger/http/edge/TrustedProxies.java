package io.flowledger.http.edge;

import io.flowledger.http.edge.ForwardedHeaders.Hop;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whom a request comes from that a proxy has passed on. Each proxy says who has asked it,
 * and is believed as long as it is trusted itself: so the client is the last one in the chain that
 * is no trusted proxy. What others say, or the client itself has made up, changes nothing.
 */
final class TrustedProxies {

  private final AddressRanges trusted;

  /**
   * Whom a request comes from.
   *
   * @param address null where the last trusted proxy does not say
   * @param scheme that the client has asked in; null where that is not said
   * @param host that the client has asked for; null where that is not said
   */
  record Client(
      @Nullable InetAddress address, @Nullable String scheme, @Nullable HostAndPort host) {}

  TrustedProxies(AddressRanges trusted) {
    this.trusted = trusted;
  }

  /**
   * The client, where a trusted proxy tells of it; empty where the request is of whom it comes
   * from.
   *
   * @throws RefusedException 400 when what a trusted proxy says is malformed, or its headers
   *     contradict each other: then one of them is of the client itself
   */
  Optional<Client> client(HttpServerRequest request) {
    MultiMap headers = request.headers();
    if (trusted.isEmpty() || !ForwardedHeaders.arePresent(headers)) {
      return Optional.empty();
    }
    Optional<InetAddress> peer = address(request.connection().remoteAddress());
    if (peer.isEmpty() || !trusted.contains(peer.get())) {
      return Optional.empty();
    }
    List<Hop> standard = ForwardedHeaders.standard(headers);
    List<Hop> older = ForwardedHeaders.older(headers);
    if (standard.isEmpty()) {
      return Optional.of(client(older));
    }
    Client client = client(standard);
    if (!older.isEmpty()
        && older.get(older.size() - 1).node() != null
        && !Objects.equals(client(older).address(), client.address())) {
      throw ForwardedHeaders.malformed("Forwarded, which contradicts X-Forwarded-For,");
    }
    return Optional.of(client);
  }

  private Client client(List<Hop> hops) {
    for (int i = hops.size() - 1; ; i--) {
      Hop hop = hops.get(i);
      Optional<InetAddress> address =
          Optional.ofNullable(hop.node())
              .flatMap(ForwardedHeaders::address)
              .flatMap(AddressRanges::address);
      if (i == 0 || address.isEmpty() || !trusted.contains(address.get())) {
        return new Client(address.orElse(null), scheme(hop), host(hop));
      }
    }
  }

  private static @Nullable String scheme(Hop hop) {
    String scheme = hop.scheme();
    if (scheme == null || scheme.equalsIgnoreCase("http")) {
      return scheme == null ? null : "http";
    }
    if (scheme.equalsIgnoreCase("https")) {
      return "https";
    }
    throw ForwardedHeaders.malformed("that names the protocol");
  }

  private static @Nullable HostAndPort host(Hop hop) {
    if (hop.host() == null) {
      return null;
    }
    HostAndPort host = HostAndPort.parseAuthority(hop.host(), -1);
    if (host == null) {
      throw ForwardedHeaders.malformed("that names the host");
    }
    return host;
  }

  private static Optional<InetAddress> address(@Nullable SocketAddress socket) {
    return Optional.ofNullable(socket)
        .map(SocketAddress::hostAddress)
        .flatMap(AddressRanges::address);
  }
}
