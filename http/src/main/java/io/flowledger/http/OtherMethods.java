package io.flowledger.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Answers where a path is known but not with this method: 405, or what OPTIONS asks for. */
final class OtherMethods {

  private static final int NO_CONTENT = 204;
  private static final int NOT_ALLOWED = 405;

  private OtherMethods() {}

  /** Adds them to a router that has all endpoints. */
  static void mount(Router router) {
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
            router.route(path).handler(request -> answer(request, String.join(",", allowed))));
  }

  private static void answer(RoutingContext request, String allow) {
    HttpServerResponse response = request.response().putHeader(HttpHeaders.ALLOW, allow);
    HttpMethod method = request.request().method();
    if (method.equals(HttpMethod.OPTIONS)) {
      response.setStatusCode(NO_CONTENT).end();
    } else {
      ErrorAnswers.answer(
          response, NOT_ALLOWED, method + " is not allowed at " + request.request().path());
    }
  }
}
