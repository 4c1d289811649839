package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;

/** Tells who operates the server from all others. */
public interface Operators {

  /**
   * Refuses a request of anybody else.
   *
   * @param what is done, for example {@code checkpoints are taken}
   * @throws RefusedException 403
   */
  void require(RoutingContext request, String what);
}
