package io.flowledger.deploy.admin;

import io.flowledger.http.Routes;
import io.flowledger.http.WebServer;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the service says about itself. */
public final class ServiceRoutes implements Routes {

  private static final String CONTENT_TYPE = "Content-Type";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";
  private static final int UNAVAILABLE = 503;

  private final ReadModel readModel;
  private final Supplier<Optional<String>> unwritable;
  private final List<String> warnings;

  /**
   * @param unwritable why the log cannot be written now; empty where it can
   * @param warnings of how the server is configured
   */
  public ServiceRoutes(
      ReadModel readModel, Supplier<Optional<String>> unwritable, List<String> warnings) {
    this.readModel = readModel;
    this.unwritable = unwritable;
    this.warnings = List.copyOf(warnings);
  }

  @Override
  public void mount(Router router) {
    get(router, "/ping", request -> text(request, "pong"));
    get(router, "/version", request -> text(request, WebServer.REFERENCE_VERSION));
    get(router, "/healthcheck", this::healthcheck);
    get(
        router,
        "/auth/token",
        request -> {
          throw RefusedException.unknown(
              "no tokens are given here: that route is for the sandbox of Metaflow");
        });
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
  }

  private static void text(RoutingContext request, String text) {
    request.response().putHeader(CONTENT_TYPE, TEXT).end(text);
  }

  private void healthcheck(RoutingContext request) {
    Health health = new Health(readModel.readiness(), unwritable.get(), warnings);
    request.response().putHeader(CONTENT_TYPE, JSON);
    if (!health.isUp()) {
      request.response().setStatusCode(UNAVAILABLE).putHeader("Retry-After", "1");
    }
    request.response().end(health.toJson());
  }
}
