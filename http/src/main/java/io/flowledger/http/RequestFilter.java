package io.flowledger.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;

/** Looks at requests of a port before they are routed: which come to the endpoints, and as what. */
@FunctionalInterface
public interface RequestFilter {

  /** All, as they are. */
  RequestFilter NONE = (endpoints, refusing) -> endpoints;

  /**
   * What requests come to.
   *
   * @param endpoints for those that may
   * @param refusing makes what answers those that may not, by endpoints that refuse all
   */
  Handler<HttpServerRequest> before(
      Handler<HttpServerRequest> endpoints, Function<Routes, Handler<HttpServerRequest>> refusing);
}
