package io.flowledger.http;

import io.flowledger.http.connection.AcceptRules;
import io.flowledger.http.connection.GuardedConnections;
import io.flowledger.http.connection.GuardedTransport;
import io.flowledger.http.tls.ServerTls;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP server around the endpoints: headers that every answer has, paths that are read in one
 * way only, limits, one shape of errors, metrics. It knows no endpoint by name.
 */
public final class WebServer {

  /** The version of the service that clients take this one for; they ask for it or a later one. */
  public static final String REFERENCE_VERSION = "2.6.1";

  private static final CharSequence REFERENCE_HEADER =
      HttpHeaders.createOptimized("METADATA_SERVICE_VERSION");
  private static final CharSequence REFERENCE_VALUE =
      HttpHeaders.createOptimized(REFERENCE_VERSION);
  private static final CharSequence VERSION_HEADER =
      HttpHeaders.createOptimized("Flowledger-Version");
  private static final int MAX_LINE_BYTES = 64 << 10;
  private static final int MOST_STREAMS = 32; // of a connection of HTTP/2

  // For whoever asks for it. The fastest level: rows resemble each other, so it saves nine tenths.
  private static final int COMPRESSION_LEVEL = 1;
  private static final int MIN_COMPRESSED_BYTES = 4 << 10;
  private static final long SHUTDOWN_MS = 1000;

  private final Vertx vertx;
  private final HttpConfig config;
  private final CharSequence version;
  private final RequestMemory memory;
  private final Telemetry telemetry;
  private final ErrorAnswers errors;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private RequestFilter filter = RequestFilter.NONE;
  private Optional<ServerTls> tls = Optional.empty();

  /**
   * @param config with a port, since each event loop would choose another one
   * @param memory for all that is held of requests
   * @param version of this program, for a header of every answer
   * @param telemetry is told of every request
   */
  public WebServer(
      Vertx vertx, HttpConfig config, RequestMemory memory, String version, Telemetry telemetry) {
    this.vertx = vertx;
    this.config = config;
    this.memory = memory;
    this.version = HttpHeaders.createOptimized(version);
    this.telemetry = telemetry;
    telemetry.observe(memory);
    this.errors = new ErrorAnswers(config.maxBodyBytes());
  }

  /** The same, where requests are looked at before they are routed. To be said before its start. */
  public WebServer filtered(RequestFilter by) {
    filter = by;
    return this;
  }

  /** The same, where the port speaks TLS, if it is given any. To be said before its start. */
  public WebServer secured(Optional<ServerTls> by) {
    tls = by;
    return this;
  }

  /** The same, where the port takes some connections only. To be said before its start. */
  public WebServer accepting(AcceptRules rules) {
    GuardedTransport.guard(vertx, config.port(), rules);
    telemetry.observe(rules);
    return this;
  }

  /**
   * Starts to listen, on every processor's event loop.
   *
   * @param endpoints all that there are, in the order in which they are tried
   * @return the port
   */
  public Future<Integer> start(List<? extends Routes> endpoints) {
    Handler<HttpServerRequest> requests =
        filter.before(router(endpoints), refusing -> router(List.of(refusing)));
    HttpServerOptions options = options();
    tls.ifPresent(with -> with.secure(options));
    GuardedConnections connections = new GuardedConnections(options, config.requestTimeout());
    telemetry.observe(connections);
    return vertx
        .deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    HttpServer server =
                        vertx
                            .createHttpServer(options)
                            .connectionHandler(connections)
                            .requestHandler(requests)
                            .invalidRequestHandler(WebServer.this::invalid);
                    tls.ifPresent(with -> server.exceptionHandler(with::connectionFailed));
                    servers.add(server);
                    return server.listen();
                  }
                },
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .map(
            deployed -> {
              tls.ifPresent(with -> with.keepUpToDate(servers));
              return servers.get(0).actualPort();
            });
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(config.port())
        .setMaxInitialLineLength(MAX_LINE_BYTES)
        .setHttp2ClearTextEnabled(false) // an upgrade is what a server may ignore
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(MOST_STREAMS)
                .setMaxHeaderListSize(MAX_LINE_BYTES + HttpServerOptions.DEFAULT_MAX_HEADER_SIZE))
        .setCompressionSupported(true)
        .setCompressionLevel(COMPRESSION_LEVEL)
        .setCompressionContentSizeThreshold(MIN_COMPRESSED_BYTES)
        .setIdleTimeout(Math.toIntExact(config.idleTimeout().toMillis()))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  /** Stops to accept connections, and closes them when what is on its way has been answered. */
  public Future<?> stop() {
    return Future.join(
        servers.stream()
            .map(server -> server.shutdown(SHUTDOWN_MS, TimeUnit.MILLISECONDS))
            .toList());
  }

  private Router router(List<? extends Routes> endpoints) {
    Router router = Router.router(vertx);
    mount(
        router,
        request -> prepare(request, endpoints),
        errors,
        new BodyPolicy(vertx, config, memory, endpoints),
        endpoints);
    telemetry.observe(router);
    return router;
  }

  /**
   * @param first what every request passes through first
   */
  public static void mount(
      Router router,
      Handler<RoutingContext> first,
      ErrorAnswers errors,
      BodyPolicy bodies,
      List<? extends Routes> endpoints) {
    router.route().handler(first);
    router
        .route()
        .handler(
            request -> {
              bodies.limitRest(request);
              admit(request, endpoints);
            });
    // For all methods: a route of some methods only would make 405 of every unknown path.
    router.route().handler(bodies);
    endpoints.forEach(routes -> routes.mount(router));
    OtherMethods.mount(router);
    // The last, so that endpoints may answer their failures in a shape of their own.
    router.route().failureHandler(request -> errors.answer(request, request.statusCode()));
    errors.mount(router);
  }

  private static void admit(RoutingContext request, List<? extends Routes> endpoints) {
    Future<?> known = identify(request, endpoints);
    if (known.isComplete()) {
      admit(request, known, endpoints);
      return;
    }
    boolean waits = !request.request().isEnded();
    if (waits) {
      request.request().pause();
    }
    Context context = request.vertx().getOrCreateContext();
    known.onComplete(
        found ->
            context.runOnContext(
                on -> {
                  if (waits) {
                    request.request().resume(); // what has come meanwhile is told after this turn
                  }
                  admit(request, known, endpoints);
                }));
  }

  private static Future<?> identify(RoutingContext request, List<? extends Routes> endpoints) {
    Future<?> known = Future.succeededFuture();
    for (Routes routes : endpoints) {
      Future<?> one = routes.identify(request);
      known = one.succeeded() ? known : Future.all(known, one);
    }
    return known;
  }

  private static void admit(
      RoutingContext request, Future<?> known, List<? extends Routes> endpoints) {
    if (known.failed()) {
      request.fail(known.cause());
      return;
    }
    try {
      endpoints.forEach(routes -> routes.admit(request));
    } catch (RuntimeException refused) {
      request.fail(refused);
      return;
    }
    request.next();
  }

  private void prepare(RoutingContext request, List<? extends Routes> endpoints) {
    putCommonHeaders(request.response());
    if (request.request().version() == HttpVersion.HTTP_2) {
      // What is said of a connection is malformed there: RFC 9113 section 8.2.2.
      request.addHeadersEndHandler(
          begins -> request.response().headers().remove(HttpHeaders.CONNECTION));
    }
    telemetry.begin(request);
    String path = request.request().path();
    if (!path.endsWith("/") || endpoints.stream().noneMatch(routes -> routes.endsWithSlash(path))) {
      PathCheck.check(path, request::normalizedPath);
    }
    PathCheck.checkQuery(request.request().query());
    request.next();
  }

  private void putCommonHeaders(HttpServerResponse response) {
    response.putHeader(REFERENCE_HEADER, REFERENCE_VALUE).putHeader(VERSION_HEADER, version);
  }

  /** What is not even HTTP, or has too large a head. */
  private void invalid(HttpServerRequest request) {
    putCommonHeaders(request.response());
    String id = telemetry.beginInvalid(request);
    telemetry.endInvalid(request, id, errors.answerInvalid(request));
  }
}
