package io.flowledger.http.access;

import io.flowledger.http.Operators;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;

/** Access for whoever has passed the gate with a credential that may operate the server. */
public final class Admins implements Operators {

  @Override
  public void require(RoutingContext request, String what) {
    if (!Access.of(request).operates()) {
      throw RefusedException.forbidden(what + " by credentials of the role admin only");
    }
  }
}
