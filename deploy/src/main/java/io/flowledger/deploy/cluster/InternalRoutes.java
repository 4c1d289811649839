package io.flowledger.deploy.cluster;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/** What the other nodes ask of this one, on its internal port. */
final class InternalRoutes implements Routes {

  static final String NODE = "/internal/node";
  static final String APPLIED = "/internal/applied/";

  private static final String POSITION = "position";

  private final Supplier<Statement> statement;
  private final ReadModel views;

  /**
   * @param statement what this node says of itself
   * @param views of this node
   */
  InternalRoutes(Supplier<Statement> statement, ReadModel views) {
    this.statement = statement;
    this.views = views;
  }

  @Override
  public void mount(Router router) {
    router.get(NODE).handler(request -> request.end(statement.get().toJson()));
    router.get(APPLIED + ":" + POSITION + "/*").handler(this::applied);
    router.get(APPLIED + ":" + POSITION).handler(this::applied);
  }

  /** Answers when this node has applied a position of a partition that it answers for. */
  private void applied(RoutingContext request) {
    String text = request.request().path().substring(APPLIED.length());
    Position position =
        Position.parse(text)
            .filter(parsed -> parsed.partition() < views.partitions())
            .orElseThrow(() -> RefusedException.malformed("'" + text + "' is no position"));
    Context context = request.vertx().getOrCreateContext();
    views.awaitApplied(
        position,
        AppliedWaiter.then(
            task -> context.runOnContext(on -> task.run()),
            unavailable -> {
              try {
                unavailable.ifPresent(
                    reason -> {
                      throw reason;
                    });
                views.view(position.partition()); // it may have moved meanwhile
                request.end();
              } catch (RuntimeException e) {
                request.fail(e);
              }
            }));
  }
}
