package io.flowledger.deploy.server;

import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.mcp.OwnServer;
import io.flowledger.http.HttpConfig;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Routes;
import io.flowledger.http.Telemetry;
import io.flowledger.http.WebServer;
import io.flowledger.http.connection.AcceptRules;
import io.flowledger.http.edge.Admission;
import io.flowledger.http.edge.Edge;
import io.flowledger.http.edge.EdgeConfig;
import io.flowledger.http.edge.EdgeLimits;
import io.flowledger.http.edge.RateLimit;
import io.flowledger.http.tls.ServerTls;
import io.flowledger.http.tls.TlsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The port that clients call: what stands there between the network and the endpoints. */
final class ClientPort {

  private final EdgeConfig edge;
  private final Vertx vertx;
  private final RequestMemory memory;
  private final MeterRegistry metrics;
  private final Telemetry telemetry;
  private final Optional<ServerTls> tls;
  private final Optional<OwnPort> own;

  private ClientPort(
      EdgeConfig edge,
      Vertx vertx,
      RequestMemory memory,
      MeterRegistry metrics,
      Telemetry telemetry,
      Optional<ServerTls> tls) {
    this.edge = edge;
    this.vertx = vertx;
    this.memory = memory;
    this.metrics = metrics;
    this.telemetry = telemetry;
    this.tls = tls;
    this.own = isPlain(edge) ? Optional.empty() : Optional.of(new OwnPort());
  }

  /** Whether the server can ask itself there as any client can. */
  private static boolean isPlain(EdgeConfig edge) {
    return edge.tls().isEmpty()
        && edge.allowed().isEmpty()
        && edge.proxies().isEmpty()
        && edge.pathPrefix().isEmpty()
        && edge.limits().rateLimit() == 0;
  }

  /**
   * @param parts takes what has to be closed
   * @throws StartException when its certificate cannot be used
   */
  static ClientPort of(
      ServerConfig config,
      Vertx vertx,
      RequestMemory memory,
      MeterRegistry metrics,
      Telemetry telemetry,
      Parts parts) {
    EdgeConfig edge = config.edge();
    return new ClientPort(
        edge,
        vertx,
        memory,
        metrics,
        telemetry,
        edge.tls().map(files -> tls(vertx, files, metrics, parts)));
  }

  /**
   * TLS of a port.
   *
   * @throws StartException when its files cannot be used
   */
  static ServerTls tls(Vertx vertx, TlsConfig files, MeterRegistry metrics, Parts parts) {
    try {
      return parts.add(ServerTls.open(vertx, files, metrics));
    } catch (IOException e) {
      throw new StartException("cannot read the files of TLS: " + e, e);
    } catch (GeneralSecurityException e) {
      throw new StartException("TLS: %s, in %s".formatted(e.getMessage(), files.files()), e);
    }
  }

  /**
   * TLS of a port that asks nobody for a certificate, as that of clients may.
   *
   * @throws StartException when its files cannot be used
   */
  static ServerTls tlsWithoutClients(Vertx vertx, TlsConfig ofClients, Parts parts) {
    return tls(
        vertx,
        new TlsConfig(ofClients.identity(), Optional.empty(), ClientAuth.NONE),
        new SimpleMeterRegistry(), // that of clients is of the same files
        parts);
  }

  /** What a port takes that is not for clients: from anywhere, but not without end. */
  static AcceptRules acceptRules(EdgeConfig edge, boolean tls) {
    return new AcceptRules(edge.limits().maxConnections(), from -> true, tls);
  }

  /** Whether a request comes straight from a proxy that is trusted. */
  boolean isOfProxy(RoutingContext request) {
    // That of the connection: the request shows whom the proxy says it is from.
    SocketAddress peer = request.request().connection().remoteAddress();
    return peer != null && edge.proxies().contains(peer.hostAddress());
  }

  /** Where the server reaches itself. */
  OwnServer own() {
    return own.isPresent() ? own.get() : OwnServer.AT_ITS_ADDRESS;
  }

  /**
   * Begins to listen.
   *
   * @param endpoints all that there are
   * @param gate that asks for credentials before them, where any are asked for
   * @return the port
   */
  int listen(HttpConfig http, List<Routes> endpoints, Optional<Routes> gate, Parts parts) {
    EdgeLimits limits = edge.limits();
    List<Routes> guarded = new ArrayList<>();
    guarded.add(new Admission(limits.maxPending(), Entrance::isOpen, metrics).watching(vertx));
    if (limits.rateLimit() > 0) {
      // Who is not known counts too, by their address.
      guarded.add(new RateLimit(limits.rateLimit(), Entrance::isOpen, metrics));
    }
    gate.ifPresent(guarded::add);
    guarded.addAll(endpoints);
    own.ifPresent(port -> listen(port, http, endpoints, gate, parts));
    Edge filter = new Edge(edge, Entrance::isOpen, metrics);
    WebServer web =
        new WebServer(vertx, http, memory, Version.current(), telemetry)
            .accepting(
                new AcceptRules(limits.maxConnections(), filter::takesConnections, tls.isPresent())
                    .perAddress(limits.maxOfAddress(), filter::hasManyBehind))
            .secured(tls)
            .filtered(filter);
    parts.add(() -> Flowledger.await(web.stop(), Flowledger.STOP_LIMIT));
    return Flowledger.await(web.start(guarded), Flowledger.LISTEN_LIMIT);
  }

  private void listen(
      OwnPort port, HttpConfig http, List<Routes> endpoints, Optional<Routes> gate, Parts parts) {
    List<Routes> guarded = new ArrayList<>();
    guarded.add(port);
    gate.ifPresent(guarded::add);
    guarded.addAll(endpoints);
    WebServer web =
        new WebServer(
            vertx,
            http.at("127.0.0.1", port.port()),
            memory,
            Version.current(),
            Telemetry.counting(
                new SimpleMeterRegistry())); // clients are counted where they come in
    parts.add(() -> Flowledger.await(web.stop(), Flowledger.STOP_LIMIT));
    Flowledger.await(web.start(guarded), Flowledger.LISTEN_LIMIT);
  }
}
