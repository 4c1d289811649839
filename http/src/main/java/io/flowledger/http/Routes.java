package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Endpoints that belong together, and how they take the bodies of their requests. */
@FunctionalInterface
public interface Routes {

  /** Adds the endpoints to a router. */
  void mount(Router router);

  /**
   * Whether a path that ends with a slash is one of these. All others that do are unknown, since a
   * router would take them for those without it.
   */
  default boolean endsWithSlash(String path) {
    return false;
  }

  /**
   * Finds out what {@link #admit} has to know of a request. Asked for every request, also for those
   * of others.
   *
   * @return succeeds when it is known, at once wherever that takes no time; fails with what refuses
   *     the request
   */
  default Future<?> identify(RoutingContext request) {
    return Future.succeededFuture();
  }

  /**
   * Refuses a request by its head, before any of its body is read. Asked for every request, also
   * for those of others.
   *
   * @throws RefusedException when it is refused
   */
  default void admit(RoutingContext request) {}

  /**
   * How the body of a request is taken. Asked for every request that may have one, also for those
   * of others: an answer other than {@link RequestBody#WHOLE} says that the path is one of these.
   *
   * @param path by which the request is routed, before the query
   */
  default RequestBody body(HttpMethod method, String path) {
    return RequestBody.WHOLE;
  }
}
