package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Optional;

/** The requests by which runs and tasks say that they are alive. */
final class HeartbeatRoutes {

  // A JSON string that holds JSON, as the reference service answers.
  private static final Buffer BEAT = Buffer.buffer("\"{\\\"wait_time_in_seconds\\\": 10}\"");

  private final IngestConfig config;
  private final Parents parents;
  private final Heartbeats heartbeats;
  private final ReadModel readModel;
  private final Clock clock;

  HeartbeatRoutes(
      IngestConfig config,
      Parents parents,
      Heartbeats heartbeats,
      ReadModel readModel,
      Clock clock) {
    this.config = config;
    this.parents = parents;
    this.heartbeats = heartbeats;
    this.readModel = readModel;
    this.clock = clock;
  }

  void run(RoutingContext request) {
    Path path = new Path(request, config);
    String flowId = path.flow();
    beat(request, flowId, parents.requireRun(flowId, path.run()), Optional.empty());
  }

  void task(RoutingContext request) {
    Path.OfTask path = new Path(request, config).toTask();
    long run = parents.requireRun(path.flowId(), path.run());
    Parents.TaskNumber task =
        parents
            .task(path, run)
            .orElseThrow(() -> RefusedException.unknown(path + " is not registered"));
    beat(request, path.flowId(), run, Optional.of(task.task()));
  }

  private void beat(RoutingContext request, String flowId, long run, Optional<Long> task) {
    Context context = request.vertx().getOrCreateContext();
    heartbeats
        .beat(flowId, run, task, clock.millis())
        .onFailure(cause -> context.runOnContext(on -> request.fail(rejection(cause))))
        .onSuccess(position -> await(context, request, position));
  }

  private static Throwable rejection(Throwable failure) {
    return failure instanceof Exception cause ? Writer.rejection(cause) : failure;
  }

  private void await(Context context, RoutingContext request, Position position) {
    readModel.awaitApplied(
        position,
        new ReadModel.AppliedWaiter() {
          @Override
          public void applied() {
            context.runOnContext(on -> Answers.applied(request, position, BEAT));
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            applied(); // it is in the log, and the client needs to know no more
          }
        });
  }
}
