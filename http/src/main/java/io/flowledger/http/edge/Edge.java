package io.flowledger.http.edge;

import io.flowledger.http.RequestFilter;
import io.flowledger.http.Routes;
import io.flowledger.http.edge.TrustedProxies.Client;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Stands before the endpoints of a port: shows them whom a request comes from, and what of its path
 * is theirs; refuses what comes from elsewhere, or is for none of them.
 */
public final class Edge implements RequestFilter {

  private final EdgeConfig config;
  private final TrustedProxies proxies;
  private final Predicate<String> probes;
  private final Counter strangers;

  /** Why a request is not shown to the endpoints. */
  private enum Refusal {
    CONTRADICTION,
    STRANGER,
    OUTSIDE
  }

  /**
   * @param probes whether a path is for probes, which ask for it without the prefix too
   */
  public Edge(EdgeConfig config, Predicate<String> probes, MeterRegistry metrics) {
    this.config = config;
    this.proxies = new TrustedProxies(config.proxies());
    this.probes = probes;
    this.strangers =
        Counter.builder("flowledger.addresses.refused")
            .description("Requests that were refused, since they came from elsewhere")
            .register(metrics);
  }

  /** Whether connections from an address are taken: of clients that are allowed, and of proxies. */
  public boolean takesConnections(InetAddress from) {
    return config.allowed().isEmpty()
        || config.allowed().contains(from)
        || config.proxies().contains(from);
  }

  /** Whether there may be many clients behind an address, so that it is not one of them. */
  public boolean hasManyBehind(InetAddress from) {
    return from.isLoopbackAddress() || config.proxies().contains(from);
  }

  @Override
  public Handler<HttpServerRequest> before(
      Handler<HttpServerRequest> endpoints, Function<Routes, Handler<HttpServerRequest>> refusing) {
    if (config.allowed().isEmpty() && config.proxies().isEmpty() && config.pathPrefix().isEmpty()) {
      return endpoints;
    }
    Handler<HttpServerRequest> contradiction = refusing.apply(new Refusing(Refusal.CONTRADICTION));
    Handler<HttpServerRequest> stranger = refusing.apply(new Refusing(Refusal.STRANGER));
    Handler<HttpServerRequest> outside = refusing.apply(new Refusing(Refusal.OUTSIDE));
    return request -> {
      Optional<Client> client;
      try {
        client = proxies.client(request);
      } catch (RefusedException malformed) {
        contradiction.handle(request);
        return;
      }
      String path = request.path();
      boolean inside = isInside(path);
      EdgeRequest seen = new EdgeRequest(request, client, inside ? config.pathPrefix() : "");
      if (!isAllowed(client, seen.remoteAddress())) {
        strangers.increment();
        stranger.handle(seen);
      } else if (inside || probes.test(path)) {
        endpoints.handle(seen);
      } else {
        outside.handle(seen);
      }
    };
  }

  private boolean isInside(String path) {
    String prefix = config.pathPrefix();
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }

  private boolean isAllowed(Optional<Client> client, SocketAddress seen) {
    if (config.allowed().isEmpty()) {
      return true;
    }
    if (client.isPresent() && client.get().address() == null) {
      return false; // the proxy does not say from where
    }
    return AddressRanges.address(seen.hostAddress()).filter(config.allowed()::contains).isPresent();
  }

  /** Endpoints of which there are none. */
  private final class Refusing implements Routes {
    private final Refusal refusal;

    Refusing(Refusal refusal) {
      this.refusal = refusal;
    }

    @Override
    public void mount(Router router) {
      // What it refuses is refused before there is an endpoint.
    }

    @Override
    public boolean endsWithSlash(String path) {
      return true; // so that it comes to be refused here
    }

    @Override
    public void admit(RoutingContext request) {
      throw switch (refusal) {
        case CONTRADICTION ->
            RefusedException.malformed(
                "what the proxy says of whom this request comes from, in Forwarded or"
                    + " X-Forwarded-..., is malformed or contradicts itself");
        case STRANGER -> RefusedException.forbidden("this address is not allowed here");
        case OUTSIDE ->
            RefusedException.unknown(
                "there is no route %s: all are below %s"
                    .formatted(request.request().path(), config.pathPrefix()));
      };
    }
  }
}
