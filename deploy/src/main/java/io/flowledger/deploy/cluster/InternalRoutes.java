package io.flowledger.deploy.cluster;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the other nodes ask of this one, on its internal port. */
final class InternalRoutes implements Routes {

  static final String NODE = "/internal/node";
  static final String APPLIED = "/internal/applied/";
  static final String VERDICT = "/internal/verdict/";

  private static final String POSITION = "position";

  private static final byte[] NOT_YET = new byte[0];

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
    router.get(VERDICT + ":" + POSITION).handler(this::verdict);
  }

  /** What this node has made of an event of a partition that it answers for, as its row. */
  private void verdict(RoutingContext request) {
    Position position = position(request, VERDICT);
    byte[] row =
        views.verdict(position.partition(), position.offset()).map(Verdict::toRow).orElse(NOT_YET);
    request.end(Buffer.buffer(row));
  }

  /**
   * Asks another node for that.
   *
   * @param ask sends a request; its result fails where there is no answer
   */
  static Optional<Verdict> verdict(Function<String, Future<String>> ask, Position of) {
    try {
      String row = ask.apply(VERDICT + of).toCompletionStage().toCompletableFuture().join();
      return row.isEmpty()
          ? Optional.empty()
          : Optional.of(Verdict.fromRow(row.getBytes(StandardCharsets.UTF_8)));
    } catch (CompletionException gone) {
      throw new ViewUnavailableException(
          "the node that answers for partition " + of.partition() + " does not answer, try again");
    }
  }

  private Position position(RoutingContext request, String prefix) {
    String text = request.request().path().substring(prefix.length());
    return Position.parse(text)
        .filter(parsed -> parsed.partition() < views.partitions())
        .orElseThrow(() -> RefusedException.malformed("'" + text + "' is no position"));
  }

  /** Answers when this node has applied a position of a partition that it answers for. */
  private void applied(RoutingContext request) {
    Position position = position(request, APPLIED);
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
