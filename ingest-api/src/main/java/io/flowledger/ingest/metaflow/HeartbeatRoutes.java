package io.flowledger.ingest.metaflow;

import io.flowledger.http.Routes;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.log.AppendFailure;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.HeartbeatWrites;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.RegisteredTask;
import io.flowledger.ingest.write.TaskPath;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Endpoints at which runs and tasks say that they are alive. */
public final class HeartbeatRoutes implements Routes {

  // A JSON string that holds JSON, as the reference service answers.
  private static final Buffer BEAT = Buffer.buffer("\"{\\\"wait_time_in_seconds\\\": 10}\"");

  private final Limits limits;
  private final Parents parents;
  private final HeartbeatWrites heartbeats;
  private final Appender appender;
  private final LateViews late;
  private final Clock clock;

  public HeartbeatRoutes(
      Limits limits,
      Parents parents,
      HeartbeatWrites heartbeats,
      Appender appender,
      LateViews late,
      Clock clock) {
    this.limits = limits;
    this.parents = parents;
    this.heartbeats = heartbeats;
    this.appender = appender;
    this.late = late;
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router.post(WriteRequest.TASK + "/heartbeat").handler(late.waiting(this::task));
    router.post(WriteRequest.RUN + "/heartbeat").handler(late.waiting(this::run));
  }

  private void run(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    String flowId = request.flow();
    long run = parents.requireRun(flowId, request.run()).number();
    beat(routing, flowId, run, Optional.empty());
  }

  private void task(RoutingContext routing) {
    TaskPath path = new WriteRequest(routing, limits).task();
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
                    position,
                    turns,
                    applied -> Answers.applied(routing, position, BEAT),
                    routing::fail);
              }
            });
  }
}
