package io.flowledger.ingest.metaflow;

import io.flowledger.http.Requests;
import io.flowledger.ingest.write.Appender;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Endpoints that look for parents which a view may not show yet, though a client was told of them:
 * where that is all that is in the way, they wait for the view, and look once more.
 */
public final class LateViews {

  private final Appender appender;

  public LateViews(Appender appender) {
    this.appender = appender;
  }

  /**
   * @param endpoint has done nothing yet when it throws
   */
  Handler<RoutingContext> waiting(Handler<RoutingContext> endpoint) {
    return request -> {
      byte[] body = Requests.body(request);
      Requests.putBody(request, body);
      try {
        endpoint.handle(request);
      } catch (ViewUnavailableException late) {
        Optional<Position> missing = late.missing();
        if (missing.isEmpty()) {
          Requests.failedUntouched(request, body);
          throw late;
        }
        Context context = request.vertx().getOrCreateContext();
        appender.awaitApplied(
            missing.get(),
            turn -> context.runOnContext(on -> turn.run()),
            applied -> {
              if (applied) {
                again(request, endpoint, body);
              } else {
                fail(request, body, late);
              }
            },
            unknown -> fail(request, body, unknown));
      }
    };
  }

  private static void again(RoutingContext request, Handler<RoutingContext> endpoint, byte[] body) {
    if (request.response().closed()) {
      return;
    }
    Requests.putBody(request, body);
    try {
      endpoint.handle(request);
    } catch (ViewUnavailableException moved) {
      fail(request, body, moved);
    } catch (RuntimeException e) {
      request.fail(e);
    }
  }

  private static void fail(RoutingContext request, byte[] body, ViewUnavailableException why) {
    Requests.failedUntouched(request, body);
    request.fail(why);
  }
}
