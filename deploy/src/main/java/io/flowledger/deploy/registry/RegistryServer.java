package io.flowledger.deploy.registry;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Requests;
import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests to the registry on threads of its own, since the registry reads and writes a
 * topic: a few at a time, and a bounded number that wait.
 */
public final class RegistryServer {

  private static final Logger LOG = LoggerFactory.getLogger(RegistryServer.class);
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int THREADS = 2;
  private static final int MAX_WAITING = 256;
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int NO_CONTENT = 204;
  private static final int UNAVAILABLE = 503;

  private final BlockingWork work;
  private final MeterRegistry metrics;

  public RegistryServer(Vertx vertx, MeterRegistry metrics) {
    this.work =
        BlockingWork.on(
            new BlockingWork.Threads("registry", THREADS, LONGEST),
            vertx,
            MAX_WAITING,
            RegistryError::overloaded);
    this.metrics = metrics;
  }

  /** Makes the answer, as JSON or, where it is a string, as it is; may block. */
  interface Endpoint extends Function<RegistryRequest, Object> {}

  Mounted mount(Router router, String path) {
    return new Mounted(router, path);
  }

  /** Routes below the path of the registry. */
  final class Mounted {
    private final Router router;
    private final String path;
    private final Map<String, Set<String>> methods = new LinkedHashMap<>();

    private Mounted(Router router, String path) {
      this.router = router;
      this.path = path;
      router.route(path + "/*").failureHandler(RegistryServer.this::refusedBefore);
    }

    void get(String below, Endpoint endpoint) {
      add(HttpMethod.GET, below, endpoint);
    }

    void post(String below, Endpoint endpoint) {
      add(HttpMethod.POST, below, endpoint);
    }

    void put(String below, Endpoint endpoint) {
      add(HttpMethod.PUT, below, endpoint);
    }

    void delete(String below, Endpoint endpoint) {
      add(HttpMethod.DELETE, below, endpoint);
    }

    /** All other paths, and other methods at these. */
    void others(Endpoint endpoint) {
      Map<Pattern, Set<String>> paths = new LinkedHashMap<>();
      methods.forEach((below, known) -> paths.put(pattern(below), known));
      router
          .route(path + "/*")
          .handler(
              request -> {
                String below = request.normalizedPath().substring(path.length());
                paths.entrySet().stream()
                    .filter(known -> known.getKey().matcher(below).matches())
                    .findFirst()
                    .ifPresentOrElse(
                        known -> wrongMethod(request, String.join(",", known.getValue())),
                        () -> answer(request, endpoint));
              });
    }

    private static Pattern pattern(String below) {
      return Pattern.compile(below.replaceAll(":[a-z]+", "[^/]+"));
    }

    private void add(HttpMethod method, String below, Endpoint endpoint) {
      Set<String> known = methods.computeIfAbsent(below, of -> new TreeSet<>());
      known.addAll(List.of(method.name(), HttpMethod.OPTIONS.name()));
      Route route = router.route(method, path + below);
      if (method.equals(HttpMethod.GET)) {
        known.add(HttpMethod.HEAD.name());
        route.method(HttpMethod.HEAD);
      }
      route.handler(request -> answer(request, endpoint));
    }
  }

  private void wrongMethod(RoutingContext request, String allow) {
    request.response().putHeader(HttpHeaders.ALLOW, allow);
    if (request.request().method().equals(HttpMethod.OPTIONS)) {
      request.response().setStatusCode(NO_CONTENT).end();
    } else {
      refuse(request, RegistryError.wrongMethod());
    }
  }

  private void answer(RoutingContext request, Endpoint endpoint) {
    byte[] body = Requests.body(request);
    if (body.length > MAX_BODY_BYTES) {
      refuse(request, RegistryError.tooLarge(MAX_BODY_BYTES));
      return;
    }
    RegistryRequest asked = new RegistryRequest(request, body);
    RequestMemory.Hold memory = Requests.holdMemory(request); // also when the client has gone
    try {
      work.run(() -> text(endpoint.apply(asked)))
          .onComplete(over -> memory.close())
          .onSuccess(text -> end(request.response(), text))
          .onFailure(cause -> fail(request, cause));
    } catch (RegistryError overloaded) {
      memory.close();
      refuse(request, overloaded);
    }
  }

  /** Answers what has been refused before it came here, with the code that clients look for. */
  private void refusedBefore(RoutingContext request) {
    HttpServerResponse response = request.response();
    if (request.failure() instanceof RefusedException refusal
        && !response.headWritten()
        && !response.closed()) {
      String why = String.valueOf(refusal.getMessage());
      refuse(
          request,
          refusal.reason() == Reason.FORBIDDEN
              ? RegistryError.forbidden(why)
              : RegistryError.refused(Statuses.of(refusal.reason()), why));
    } else {
      request.next();
    }
  }

  private static String text(Object answer) {
    return answer instanceof String text ? text : Json.encode(answer);
  }

  private static void end(HttpServerResponse response, String text) {
    if (!response.closed()) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE).end(text);
    }
  }

  private void fail(RoutingContext request, Throwable cause) {
    if (cause instanceof RegistryError error) {
      refuse(request, error);
    } else if (cause instanceof SchemaRegistry.SchemaRegistryException
        || cause instanceof KafkaException) {
      LOG.warn("the schema registry cannot answer: {}", cause.toString());
      refuse(request, RegistryError.store(String.valueOf(cause.getMessage())));
    } else {
      request.fail(cause);
    }
  }

  private void refuse(RoutingContext request, RegistryError error) {
    Counter.builder("flowledger.registry.refused")
        .description("Requests to the schema registry that were refused")
        .tag("code", Integer.toString(error.code()))
        .register(metrics)
        .increment();
    HttpServerResponse response = request.response().setStatusCode(error.status());
    if (error.status() == UNAVAILABLE) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    end(response, RegistryAnswers.error(error).encode());
  }
}
