package io.flowledger.http;

import io.flowledger.http.connection.AcceptRules;
import io.flowledger.http.connection.GuardedConnections;
import io.flowledger.http.telemetry.EndedRequest;
import io.flowledger.http.telemetry.RequestIds;
import io.flowledger.http.telemetry.RequestMetrics;
import io.flowledger.http.telemetry.RouteTemplates;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.http.trace.TraceParent;
import io.flowledger.http.trace.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is measured and told of each request, however it ends: gives it an identifier, which its
 * answer has too, and a span of the trace that it is part of, and tells listeners when it is over.
 */
public final class Telemetry {

  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestIds.HEADER);
  private static final CharSequence TRACE_PARENT = HttpHeaders.createOptimized(TraceParent.HEADER);
  private static final String KEY = Telemetry.class.getName();

  private final RequestMetrics metrics;
  private final Traces traces;
  private final List<EndedRequest.Listener> listeners;
  private volatile RouteTemplates routes = new RouteTemplates(List.of());

  /** A request that is being answered. */
  private record Begun(String id, RequestTrace trace, long nanos) {}

  /**
   * @param listeners are told of requests that are over, on their event loops
   */
  public Telemetry(
      MeterRegistry metrics, Traces traces, List<? extends EndedRequest.Listener> listeners) {
    this.metrics = new RequestMetrics(metrics);
    this.traces = traces;
    this.listeners = List.copyOf(listeners);
  }

  /** What is counted of requests, and nothing told. */
  public static Telemetry counting(MeterRegistry metrics) {
    return new Telemetry(metrics, Traces.PASSED_ON, List.of());
  }

  void observe(RequestMemory memory) {
    metrics.observeMemory(memory::held, memory::refused);
  }

  /** Shows how many connections a port has, and has not taken. */
  void observe(AcceptRules rules) {
    metrics.observeConnections(rules::open, rules::tooMany, rules::greedy, rules::strangers);
  }

  /** Shows how many connections of a port were too slow. */
  void observe(GuardedConnections connections) {
    metrics.observeSlow(connections::slow);
  }

  /** Learns of the paths that have endpoints. */
  void observe(Router router) {
    routes =
        new RouteTemplates(
            router.getRoutes().stream().map(Telemetry::template).filter(Objects::nonNull).toList());
  }

  /** Those of all that is below a path are told without their asterisk. */
  private static @Nullable String template(Route route) {
    String path = route.getPath();
    if (path == null || route.isExactPath() || path.endsWith("*")) {
      return path;
    }
    return (path.endsWith("/") ? path : path + "/") + "*";
  }

  /** A request has come. */
  void begin(RoutingContext request) {
    MultiMap headers = request.request().headers();
    Begun begun =
        new Begun(
            RequestIds.of(headers.get(REQUEST_ID)),
            traces.of(headers.contains(TRACE_PARENT) ? headers.getAll(TRACE_PARENT) : List.of()),
            System.nanoTime());
    request.put(KEY, begun);
    request.response().putHeader(REQUEST_ID, begun.id());
    metrics.begun();
    request.addEndHandler(over -> end(request, begun));
  }

  private void end(RoutingContext request, Begun begun) {
    HttpServerRequest http = request.request();
    HttpServerResponse response = http.response();
    long nanos = System.nanoTime() - begun.nanos();
    String route = route(request);
    int status = response.headWritten() ? response.getStatusCode() : EndedRequest.CLIENT_GONE;
    metrics.ended(http.method().name(), route, status, nanos);
    if (!listeners.isEmpty()) {
      Caller caller = Caller.of(request);
      tell(http, begun, caller.address(), caller.credential(), route, status, nanos);
    }
  }

  private String route(RoutingContext request) {
    try {
      return routes.of(request.normalizedPath());
    } catch (IllegalArgumentException malformed) {
      return RouteTemplates.NONE; // it has been refused for that
    }
  }

  /** Gives what is not even HTTP an identifier. */
  String beginInvalid(HttpServerRequest http) {
    String id = RequestIds.of(null);
    http.response().putHeader(REQUEST_ID, id);
    return id;
  }

  /** It has been answered. */
  void endInvalid(HttpServerRequest http, String id, int status) {
    metrics.invalid(http.method().name(), status, 0);
    if (!listeners.isEmpty()) {
      SocketAddress peer = http.remoteAddress();
      tell(
          http,
          new Begun(id, RequestTrace.NONE, 0),
          peer == null ? null : peer.hostAddress(),
          null,
          RouteTemplates.NONE,
          status,
          0);
    }
  }

  private void tell(
      HttpServerRequest http,
      Begun begun,
      @Nullable String address,
      @Nullable String credential,
      String route,
      int status,
      long nanos) {
    EndedRequest ended =
        new EndedRequest(
            Instant.now().minusNanos(nanos),
            begun.id(),
            address,
            credential,
            http.method().name(),
            http.uri(),
            route,
            protocol(http.version()),
            status,
            http.response().bytesWritten(),
            nanos,
            http.getHeader(HttpHeaders.USER_AGENT),
            begun.trace());
    listeners.forEach(listener -> listener.ended(ended));
  }

  private static String protocol(HttpVersion version) {
    return switch (version) {
      case HTTP_1_0 -> "HTTP/1.0";
      case HTTP_1_1 -> "HTTP/1.1";
      default -> "HTTP/2";
    };
  }

  /** Says in the headers of a request to another node which request it is a part of. */
  public static void passOn(RoutingContext request, MultiMap headers) {
    Begun begun = request.get(KEY);
    if (begun != null) {
      headers.set(REQUEST_ID, begun.id());
      begun.trace().own().ifPresent(span -> headers.set(TRACE_PARENT, span.toString()));
    }
  }

  /** Identifier of a request; empty where it has none, as in tests of endpoints alone. */
  public static String id(RoutingContext request) {
    Begun begun = request.get(KEY);
    return begun == null ? "" : begun.id();
  }

  /** The trace that a request is part of. */
  public static RequestTrace trace(RoutingContext request) {
    Begun begun = request.get(KEY);
    return begun == null ? RequestTrace.NONE : begun.trace();
  }
}
