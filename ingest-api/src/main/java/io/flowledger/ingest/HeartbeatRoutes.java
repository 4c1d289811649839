package io.flowledger.ingest;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Endpoints at which runs and tasks say that they are alive. */
final class HeartbeatRoutes {

  // A JSON string that holds JSON, as the reference service answers.
  private static final Buffer BEAT = Buffer.buffer("\"{\\\"wait_time_in_seconds\\\": 10}\"");

  private final Limits limits;
  private final Parents parents;
  private final Heartbeats heartbeats;
  private final BulkAppender appender;
  private final Clock clock;

  HeartbeatRoutes(
      Limits limits, Parents parents, Heartbeats heartbeats, BulkAppender appender, Clock clock) {
    this.limits = limits;
    this.parents = parents;
    this.heartbeats = heartbeats;
    this.appender = appender;
    this.clock = clock;
  }

  void run(RoutingContext routing) {
    Attempt request = new Attempt(routing, limits);
    String flowId = request.flow();
    long run = parents.requireRun(flowId, request.run()).number();
    beat(routing, flowId, run, Optional.empty());
  }

  void task(RoutingContext routing) {
    TaskPath path = new Attempt(routing, limits).task();
    long run = parents.requireRun(path.flowId(), path.run()).number();
    RegisteredTask task = parents.requireTask(path, run);
    beat(routing, path.flowId(), run, Optional.of(task.task()));
  }

  private void beat(RoutingContext routing, String flowId, long run, Optional<Long> task) {
    Context context = routing.vertx().getOrCreateContext();
    Executor turns = turn -> context.runOnContext(on -> turn.run());
    heartbeats
        .beat(flowId, run, task, clock.millis())
        .whenComplete(
            (position, failure) -> {
              if (failure != null) {
                turns.execute(() -> routing.fail(AppendFailure.refusal(failure)));
              } else {
                // It is in the log, and the client needs to know no more where no view can be read.
                appender.awaitApplied(
                    position, turns, applied -> Answers.applied(routing, position, BEAT));
              }
            });
  }
}
