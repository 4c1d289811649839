package io.flowledger.http.access;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Says who sends a request that has no secret of its own: somebody who is trusted vouches for them,
 * such as a proxy, or whoever has signed a certificate.
 */
@FunctionalInterface
public interface Introducer {

  /**
   * Who it is; empty where nobody is introduced.
   *
   * @throws RefusedException 401 when the name that is told cannot be one
   */
  Optional<Credential> of(RoutingContext request);
}
