package io.flowledger.query;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.function.Consumer;

/** Mounts read endpoints, which all wait for the position that a request asks for. */
final class Reads {

  private static final String MIN_POSITION = "Flowledger-Min-Position";

  private final ReadModel readModel;
  private final Clock clock;

  Reads(ReadModel readModel, Clock clock) {
    this.readModel = readModel;
    this.clock = clock;
  }

  /** Adds an endpoint to a router. */
  void get(Router router, String path, Consumer<Read> endpoint) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(request -> atPosition(request, endpoint));
  }

  /** Waits for the position that the request asks for, if it does. */
  private void atPosition(RoutingContext request, Consumer<Read> endpoint) {
    String text = request.request().getHeader(MIN_POSITION);
    if (text == null) {
      answer(request, endpoint);
      return;
    }
    Position position =
        Position.parse(text)
            .filter(parsed -> parsed.partition() < readModel.partitions())
            .orElseThrow(() -> Invalid.request(MIN_POSITION + " is no position: '" + text + "'"));
    Context context = request.vertx().getOrCreateContext();
    readModel.awaitApplied(
        position,
        new ReadModel.AppliedWaiter() {
          @Override
          public void applied() {
            context.runOnContext(
                on -> {
                  try {
                    answer(request, endpoint);
                  } catch (RuntimeException e) {
                    request.fail(e);
                  }
                });
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            context.runOnContext(on -> request.fail(reason));
          }
        });
  }

  private void answer(RoutingContext request, Consumer<Read> endpoint) {
    endpoint.accept(new Read(request, readModel, clock));
  }
}
