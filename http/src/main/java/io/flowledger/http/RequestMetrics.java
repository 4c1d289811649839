package io.flowledger.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counters of the requests that have been answered, by method and status. However clients name
 * their methods, there are so many counters and no more.
 */
final class RequestMetrics {

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

  private final MeterRegistry metrics;
  private final Map<Outcome, Counter> counters = new ConcurrentHashMap<>();

  private record Outcome(String method, int status) {}

  RequestMetrics(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /** Shows how much is held of requests. */
  void observe(RequestMemory memory) {
    Gauge.builder("flowledger.requests.held.bytes", memory::held)
        .description("Memory that is taken for what is held of requests")
        .register(metrics);
    FunctionCounter.builder("flowledger.requests.memory.refused", memory, RequestMemory::refused)
        .description("Requests that were refused since there was no memory for them")
        .register(metrics);
  }

  /** Counts a request. */
  void count(HttpMethod method, int status) {
    String name = COUNTED_BY_NAME.contains(method) ? method.name() : OTHER_METHODS;
    counters.computeIfAbsent(new Outcome(name, status), this::counter).increment();
  }

  private Counter counter(Outcome outcome) {
    return Counter.builder("flowledger.http.requests")
        .description("Requests that have been answered")
        .tag("method", outcome.method())
        .tag("status", Integer.toString(outcome.status()))
        .register(metrics);
  }
}
