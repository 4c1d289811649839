package io.flowledger.deploy.admin;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * {@code GET /metrics}: what is measured, in the format of Prometheus or of OpenMetrics, whichever
 * the client likes best.
 */
public final class MetricsRoutes implements Routes {

  private static final String PATH = "/metrics";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final int MOST_AT_A_TIME = 8;

  private final PrometheusMeterRegistry metrics;
  private final BlockingWork work;

  public MetricsRoutes(Vertx vertx, PrometheusMeterRegistry metrics) {
    this.metrics = metrics;
    // Thousands of lines, some of which ask RocksDB and Kafka's clients: not on an event loop.
    this.work =
        BlockingWork.onSharedThreads(
            vertx,
            MOST_AT_A_TIME,
            () -> RefusedException.unavailable("the metrics are being read by others, try again"));
  }

  @Override
  public void mount(Router router) {
    router.route(PATH).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::metrics);
  }

  private void metrics(RoutingContext request) {
    String format =
        request.parsedHeaders().accept().stream()
            .map(MetricsRoutes::format)
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(PROMETHEUS);
    work.run(() -> metrics.scrape(format))
        .onSuccess(text -> answer(request, format, text))
        .onFailure(request::fail);
  }

  private static void answer(RoutingContext request, String format, String text) {
    if (!request.response().closed()) {
      request
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, format)
          .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT)
          .end(text);
    }
  }

  private static Optional<String> format(MIMEHeader accepted) {
    return switch (accepted.component() + "/" + accepted.subComponent()) {
      case "application/openmetrics-text" -> Optional.of(OPEN_METRICS);
      case "text/plain", "text/*", "*/*" -> Optional.of(PROMETHEUS);
      default -> Optional.empty();
    };
  }
}
