package io.flowledger.deploy.admin;

import io.flowledger.http.Routes;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.text.JsonText;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Probes of whoever supervises the server. {@code GET /health/live}: whether it has to be started
 * again, which nothing but itself decides: 200 as long as every event loop takes up tasks. {@code
 * GET /health/ready}: whether requests are to be sent to it: 200, or 503 and {@code {"status":
 * "DOWN", "missing": {WHAT: WHY, ...}}}, of {@code views} and {@code log}.
 */
public final class HealthRoutes implements Routes {

  public static final String LIVE = "/health/live";
  public static final String READY = "/health/ready";

  private static final long TURN_LIMIT_MS = 2000;
  private static final int UNAVAILABLE = 503;

  private final EventLoops loops;
  private final ReadModel readModel;
  private final Supplier<Optional<String>> unwritable;

  /**
   * @param unwritable why the log cannot be written now; empty where it can
   */
  public HealthRoutes(Vertx vertx, ReadModel readModel, Supplier<Optional<String>> unwritable) {
    this.loops = new EventLoops(vertx);
    this.readModel = readModel;
    this.unwritable = unwritable;
  }

  @Override
  public void mount(Router router) {
    router.route(LIVE).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::live);
    router.route(READY).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::ready);
  }

  private void live(RoutingContext request) {
    loops
        .takeUp(TURN_LIMIT_MS)
        .onSuccess(all -> answer(request, Status.UP, Map.of(), ""))
        .onFailure(
            late ->
                answer(
                    request,
                    Status.DOWN,
                    Map.of(
                        "event_loops",
                        "one has taken up nothing for %d ms".formatted(TURN_LIMIT_MS)),
                    ""));
  }

  private void ready(RoutingContext request) {
    ReadModel.Readiness views = readModel.readiness();
    Map<String, String> missing = new LinkedHashMap<>();
    if (!views.ready()) {
      missing.put("views", views.explanation());
    }
    unwritable.get().ifPresent(reason -> missing.put("log", reason));
    // Without the log it still reads, and no other node of the cluster writes either: a balancer
    // that sent nothing here would take the reads away, too.
    Status status = missing.isEmpty() ? Status.UP : views.ready() ? Status.DEGRADED : Status.DOWN;
    answer(request, status, missing, views.ready() ? views.explanation() : "");
  }

  /** What the client of a probe is told. */
  private enum Status {
    UP,
    /** Requests are to be sent here, but not all are answered. */
    DEGRADED,
    DOWN
  }

  private static void answer(
      RoutingContext request, Status status, Map<String, String> missing, String message) {
    if (request.response().ended() || request.response().closed()) {
      return; // whoever asked has not waited
    }
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (status == Status.DOWN) {
      request.response().setStatusCode(UNAVAILABLE).putHeader("Retry-After", "1");
    }
    request.response().end(json(status, missing, message));
  }

  private static String json(Status status, Map<String, String> missing, String message) {
    JsonText json = new JsonText(128);
    json.raw("{\"status\": ").string(status.name());
    if (!missing.isEmpty()) {
      String separator = ", \"missing\": {";
      for (Map.Entry<String, String> part : missing.entrySet()) {
        json.raw(separator).string(part.getKey()).raw(": ").string(part.getValue());
        separator = ", ";
      }
      json.raw("}");
    }
    if (!message.isEmpty()) {
      json.raw(", \"message\": ").string(message);
    }
    return json.raw("}").toString();
  }
}
