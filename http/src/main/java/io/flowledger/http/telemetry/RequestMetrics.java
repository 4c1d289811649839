package io.flowledger.http.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Meters of requests: {@code http.server.request.duration} and {@code http.server.active_requests}
 * by OpenTelemetry's semantic conventions for HTTP, and {@code flowledger.http.requests}. However
 * clients name their methods and paths, there are as many meters as there are methods of HTTP,
 * routes and statuses, and no more.
 */
public final class RequestMetrics {

  /** Methods of HTTP itself; a client may make up any others, and each would be a metric more. */
  private static final Set<String> KNOWN_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private static final String OTHER_METHODS = "_OTHER"; // as the conventions call them
  private static final String OTHER_METHODS_COUNTED = "other";
  private static final String NO_ROUTE = "none";
  private static final String NO_ERROR = "";
  private static final int SERVER_ERROR = 500;

  private final MeterRegistry metrics;
  private final List<Supplier<Number>> counts = new CopyOnWriteArrayList<>();
  private final Map<Outcome, Meters> meters = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();

  private record Outcome(String method, String route, int status) {}

  private record Meters(Timer duration, Counter count) {}

  public RequestMetrics(MeterRegistry metrics) {
    this.metrics = metrics;
    Gauge.builder("http.server.active_requests", active, AtomicInteger::get)
        .description("Requests that are being answered, tails included")
        .register(metrics);
  }

  /**
   * Shows how much is held of requests.
   *
   * @param held bytes
   * @param refused how many requests were refused since there was no room for them
   */
  public void observeMemory(Supplier<Number> held, Supplier<Number> refused) {
    Gauge.builder("flowledger.requests.held.bytes", held)
        .description("Memory that is taken for what is held of requests")
        .strongReference(true)
        .register(metrics);
    FunctionCounter.builder(
            "flowledger.requests.memory.refused", kept(refused), RequestMetrics::now)
        .description("Requests that were refused since there was no memory for them")
        .register(metrics);
  }

  /**
   * Shows how many connections a port has, and has not taken.
   *
   * @param open now
   * @param tooMany closed at once, since there were too many
   * @param greedy closed at once, since their address had too many
   * @param strangers closed at once, since they came from elsewhere
   */
  public void observeConnections(
      Supplier<Number> open,
      Supplier<Number> tooMany,
      Supplier<Number> greedy,
      Supplier<Number> strangers) {
    Gauge.builder("flowledger.connections", open)
        .description("Connections of clients that are open")
        .strongReference(true)
        .register(metrics);
    refusedConnections("limit", tooMany);
    refusedConnections("limit of address", greedy);
    refusedConnections("address", strangers);
  }

  /**
   * Shows how many connections were closed, since what they sent did not end.
   *
   * @param slow heads of requests
   */
  public void observeSlow(Supplier<Number> slow) {
    FunctionCounter.builder("flowledger.connections.slow", kept(slow), RequestMetrics::now)
        .description("Connections that were closed, since the head of a request did not end")
        .register(metrics);
  }

  private void refusedConnections(String reason, Supplier<Number> count) {
    FunctionCounter.builder("flowledger.connections.refused", kept(count), RequestMetrics::now)
        .description("Connections that were closed at once")
        .tag("reason", reason)
        .register(metrics);
  }

  /** A meter alone would not keep it. */
  private Supplier<Number> kept(Supplier<Number> count) {
    counts.add(count);
    return count;
  }

  private static double now(Supplier<Number> count) {
    return count.get().doubleValue();
  }

  /** A request has come. */
  public void begun() {
    active.incrementAndGet();
  }

  /** One that has come is over. */
  public void ended(String method, String route, int status, long nanos) {
    active.decrementAndGet();
    count(method, route, status, nanos);
  }

  /** One that was no HTTP, so that it had not even come, has been answered. */
  public void invalid(String method, int status, long nanos) {
    count(method, RouteTemplates.NONE, status, nanos);
  }

  private void count(String method, String route, int status, long nanos) {
    String known = KNOWN_METHODS.contains(method) ? method : OTHER_METHODS;
    Outcome outcome = new Outcome(known, route, status);
    Meters of = meters.get(outcome);
    if (of == null) { // so that nothing is allocated for those that there are
      of = meters.computeIfAbsent(outcome, this::register);
    }
    of.duration().record(nanos, TimeUnit.NANOSECONDS);
    of.count().increment();
  }

  private Meters register(Outcome outcome) {
    String status = Integer.toString(outcome.status());
    String method = outcome.method();
    return new Meters(
        Timer.builder("http.server.request.duration")
            .description("Time from the head of a request to the end of its answer")
            .tags(
                Tags.of(
                    "http.request.method",
                    method,
                    "http.route",
                    outcome.route().isEmpty() ? NO_ROUTE : outcome.route(),
                    "http.response.status_code",
                    status,
                    "error.type",
                    outcome.status() >= SERVER_ERROR ? status : NO_ERROR))
            .serviceLevelObjectives(Durations.OF_REQUESTS)
            .register(metrics),
        Counter.builder("flowledger.http.requests")
            .description("Requests that have been answered")
            .tag("method", method.equals(OTHER_METHODS) ? OTHER_METHODS_COUNTED : method)
            .tag("status", status)
            .register(metrics));
  }
}
