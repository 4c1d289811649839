package io.flowledger.deploy;

import io.flowledger.http.HttpConfig;
import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.IngestRoutes;
import io.flowledger.projector.readmodel.JsonText;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.SchemaRegistry.SchemaRegistryException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server around the endpoints: headers that every answer has, limits, one shape of errors,
 * metrics.
 */
final class WebServer {

  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

  /** The service that clients take this one for; they ask for this version or later. */
  static final String REFERENCE_VERSION = "2.5.1";

  private static final CharSequence REFERENCE_HEADER =
      HttpHeaders.createOptimized("METADATA_SERVICE_VERSION");
  private static final CharSequence REFERENCE_VALUE =
      HttpHeaders.createOptimized(REFERENCE_VERSION);
  private static final CharSequence VERSION_HEADER =
      HttpHeaders.createOptimized("Flowledger-Version");
  private static final int MAX_LINE_BYTES = 64 << 10;

  // For whoever asks for it. The fastest level: rows resemble each other, so it saves nine tenths.
  private static final int COMPRESSION_LEVEL = 1;
  private static final int MIN_COMPRESSED_BYTES = 4 << 10;
  private static final long SHUTDOWN_MS = 1000;

  private static final Set<HttpMethod> HAVE_BODIES =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  /** Methods of HTTP itself; a client may make up any others, and each would be a metric more. */
  private static final Set<HttpMethod> COUNTED_BY_NAME =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS,
          HttpMethod.TRACE,
          HttpMethod.CONNECT);

  private static final String OTHER_METHODS = "other";

  private static final int NO_CONTENT = 204;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int TOO_LARGE = 413;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final Vertx vertx;
  private final HttpConfig config;
  private final MeterRegistry metrics;
  private final CharSequence version = HttpHeaders.createOptimized(Version.current());
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final Map<Outcome, Counter> counters = new ConcurrentHashMap<>();

  private record Outcome(String method, int status) {}

  WebServer(Vertx vertx, HttpConfig config, MeterRegistry metrics) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * Starts to listen.
   *
   * @param endpoints adds them to the router
   * @return the port
   */
  Future<Integer> start(Consumer<Router> endpoints) {
    Router router = router(endpoints);
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(config.host())
            // The event loops listen on the same port, so it is chosen before they do.
            .setPort(config.port() == 0 ? Ports.free() : config.port())
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setHandle100ContinueAutomatically(true)
            .setCompressionSupported(true)
            .setCompressionLevel(COMPRESSION_LEVEL)
            .setCompressionContentSizeThreshold(MIN_COMPRESSED_BYTES)
            .setIdleTimeout(Math.toIntExact(config.idleTimeout().toMillis()))
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    return vertx
        .deployVerticle(
            () ->
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    HttpServer server =
                        vertx
                            .createHttpServer(options)
                            .requestHandler(router)
                            .invalidRequestHandler(WebServer.this::invalid);
                    servers.add(server);
                    return server.listen();
                  }
                },
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .map(deployed -> servers.get(0).actualPort());
  }

  /** Stops to accept connections, and closes them when what is on its way has been answered. */
  Future<?> stop() {
    return Future.join(
        servers.stream()
            .map(server -> server.shutdown(SHUTDOWN_MS, TimeUnit.MILLISECONDS))
            .toList());
  }

  private Router router(Consumer<Router> endpoints) {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(this::prepare)
        .failureHandler(request -> fail(request, request.statusCode()));
    BodyHandler body = BodyHandler.create(false).setBodyLimit(config.maxBodyBytes());
    // For all methods: a route of some methods only would make 405 of every unknown path.
    router
        .route()
        .handler(
            request -> {
              HttpMethod method = request.request().method();
              if (HAVE_BODIES.contains(method) && !request.request().path().equals(Imports.PATH)) {
                limitTime(request);
                if (IngestRoutes.readsBody(method, request.request().path())) {
                  request.next();
                } else {
                  body.handle(request);
                }
              } else {
                request.next();
              }
            });
    endpoints.accept(router);
    answerOtherMethods(router);
    for (int status : new int[] {BAD_REQUEST, NOT_FOUND, TOO_LARGE, INTERNAL_ERROR}) {
      router.errorHandler(status, request -> fail(request, status));
    }
    return router;
  }

  /** Where a path is known but not with this method: 405, or what OPTIONS asks for. */
  private void answerOtherMethods(Router router) {
    Map<String, Set<String>> methods = new LinkedHashMap<>();
    for (Route route : router.getRoutes()) {
      if (route.getPath() != null && route.methods() != null) {
        Set<String> of = methods.computeIfAbsent(route.getPath(), path -> new TreeSet<>());
        route.methods().forEach(method -> of.add(method.name()));
        of.add(HttpMethod.OPTIONS.name());
      }
    }
    methods.forEach(
        (path, allowed) ->
            router.route(path).handler(request -> notAllowed(request, String.join(",", allowed))));
  }

  private static void notAllowed(RoutingContext request, String allow) {
    HttpServerResponse response = request.response().putHeader(HttpHeaders.ALLOW, allow);
    HttpMethod method = request.request().method();
    if (method.equals(HttpMethod.OPTIONS)) {
      response.setStatusCode(NO_CONTENT).end();
    } else {
      error(response, NOT_ALLOWED, method + " is not allowed at " + request.request().path());
    }
  }

  private void prepare(RoutingContext request) {
    common(request.response());
    request.addEndHandler(
        ended -> count(request.request().method(), request.response().getStatusCode()));
    PathCheck.check(request.request().path());
    request.next();
  }

  private void common(HttpServerResponse response) {
    response.putHeader(REFERENCE_HEADER, REFERENCE_VALUE).putHeader(VERSION_HEADER, version);
  }

  private void count(HttpMethod method, int status) {
    counters
        .computeIfAbsent(
            new Outcome(COUNTED_BY_NAME.contains(method) ? method.name() : OTHER_METHODS, status),
            outcome ->
                Counter.builder("flowledger.http.requests")
                    .description("Requests that have been answered")
                    .tag("method", outcome.method())
                    .tag("status", Integer.toString(outcome.status()))
                    .register(metrics))
        .increment();
  }

  /** Whoever sends a body slower than any network is cut off. */
  private void limitTime(RoutingContext request) {
    long timer =
        vertx.setTimer(
            config.requestTimeout().toMillis(),
            late -> {
              if (!request.request().isEnded()) {
                request.response().putHeader(HttpHeaders.CONNECTION, "close");
                request.fail(RefusedException.tooSlow("the request did not arrive in time"));
              }
            });
    request.addEndHandler(ended -> vertx.cancelTimer(timer));
  }

  // ---- errors ----------------------------------------------------------------------------------

  /**
   * @param otherwise the status where the failure itself has none
   */
  private void fail(RoutingContext request, int otherwise) {
    Throwable cause = request.failure();
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return; // nobody is there any more
    }
    if (response.headWritten()) {
      request.request().connection().close();
      return;
    }
    if (request.request().decoderResult().isFailure()) {
      error(response, BAD_REQUEST, "the request is malformed");
    } else if (cause instanceof ViewUnavailableException
        || cause instanceof LogUnavailableException
        || cause instanceof SchemaRegistryException) {
      error(response, UNAVAILABLE, cause.getMessage());
    } else if (cause instanceof RefusedException refusal) {
      error(response, Statuses.of(refusal.reason()), refusal.getMessage());
    } else if (cause == null || cause instanceof HttpException) {
      int status = cause instanceof HttpException e ? e.getStatusCode() : otherwise;
      error(response, status, explanation(request, status));
    } else if (request.statusCode() >= BAD_REQUEST && request.statusCode() < INTERNAL_ERROR) {
      error(response, request.statusCode(), String.valueOf(cause.getMessage()));
    } else {
      String id = UUID.randomUUID().toString();
      LOG.error(
          "error {} at {} {}", id, request.request().method(), request.request().uri(), cause);
      error(response, INTERNAL_ERROR, "internal error " + id + ", see the log of the server");
    }
  }

  private String explanation(RoutingContext request, int status) {
    return switch (status) {
      case NOT_FOUND -> "there is no route " + request.request().path();
      case TOO_LARGE -> "the body is larger than " + config.maxBodyBytes() + " bytes";
      case BAD_REQUEST -> "the request is malformed";
      default -> "status " + status;
    };
  }

  /** What is not even HTTP. */
  private void invalid(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    common(response);
    response.putHeader(HttpHeaders.CONNECTION, "close");
    Throwable cause = request.decoderResult().cause();
    error(
        response,
        BAD_REQUEST,
        "the request is malformed: " + (cause == null ? "" : cause.getMessage()));
  }

  private static void error(HttpServerResponse response, int status, @Nullable String message) {
    if (status == UNAVAILABLE) {
      response.putHeader("Retry-After", "1");
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(new JsonText(128).raw("{\"message\": ").string(message).raw("}").toString());
  }
}
