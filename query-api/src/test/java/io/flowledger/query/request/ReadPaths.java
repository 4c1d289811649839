package io.flowledger.query.request;

import io.flowledger.http.Routes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Objects;

/** The paths of all endpoints that there are, with the names of objects in them. */
final class ReadPaths {

  private ReadPaths() {}

  /** Those of flow F, run 1, step start, task 7, artifact x, attempt 0. */
  static List<String> of(Vertx vertx, Routes endpoints) {
    Router router = Router.router(vertx);
    endpoints.mount(router);
    return router.getRoutes().stream()
        .filter(route -> route.methods().contains(HttpMethod.GET))
        .map(Route::getPath)
        .map(Objects::requireNonNull)
        .map(ReadPaths::named)
        .distinct()
        .toList();
  }

  private static String named(String path) {
    String named =
        path.replace(":flow", "F")
            .replace(":run", "1")
            .replace(":step", "start")
            .replace(":task", "7")
            .replace(":name", "x")
            .replace(":attempt", "0");
    if (named.contains(":")) {
      throw new AssertionError("what is meant in " + path);
    }
    return switch (named) {
      case "/search" -> "/search?tag=t";
      case "/flows/F/runs/1/steps/start/filtered_tasks" -> named + "?metadata_field_name=attempt";
      default -> named;
    };
  }

  static String with(String path, String parameter) {
    return path + (path.contains("?") ? "&" : "?") + parameter;
  }

  /** Whether it is of one flow. */
  static boolean isOfFlow(String path) {
    return path.startsWith("/flows/F");
  }
}
