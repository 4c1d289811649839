package io.flowledger.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;

/** Endpoints that belong together, and how they take the bodies of their requests. */
@FunctionalInterface
public interface Routes {

  /** Adds the endpoints to a router. */
  void mount(Router router);

  /**
   * How the body of a request is taken. Asked for every request that may have one, also for those
   * of others: an answer other than {@link RequestBody#WHOLE} says that the path is one of these.
   *
   * @param path as sent, before the query
   */
  default RequestBody body(HttpMethod method, String path) {
    return RequestBody.WHOLE;
  }
}
