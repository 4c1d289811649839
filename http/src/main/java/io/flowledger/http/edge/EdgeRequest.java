package io.flowledger.http.edge;

import io.flowledger.http.edge.TrustedProxies.Client;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as the client has sent it to the first proxy, and with the part of its path only that
 * is for the endpoints.
 */
final class EdgeRequest extends HttpServerRequestWrapper {

  private final Optional<Client> client;
  private final String uri;
  private final String path;

  /**
   * @param prefix that its path begins with, and the endpoints do not know; empty for none
   */
  EdgeRequest(HttpServerRequest request, Optional<Client> client, String prefix) {
    super((HttpServerRequestInternal) request);
    this.client = client;
    this.uri = without(prefix, request.uri());
    this.path = without(prefix, request.path());
  }

  private static String without(String prefix, String path) {
    String rest = path.substring(prefix.length());
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public SocketAddress remoteAddress() {
    return client
        .map(Client::address)
        .map(address -> SocketAddress.inetSocketAddress(new InetSocketAddress(address, 0)))
        .orElseGet(super::remoteAddress);
  }

  @Override
  public @Nullable String scheme() {
    return client.map(Client::scheme).orElseGet(super::scheme);
  }

  @Override
  public boolean isSSL() {
    return "https".equals(scheme());
  }

  @Override
  public @Nullable HostAndPort authority() {
    return client.map(Client::host).orElseGet(super::authority);
  }

  @Override
  public String absoluteURI() {
    HostAndPort authority = authority();
    return authority == null ? uri : scheme() + "://" + authority + uri;
  }
}
