package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Optional;

/** The endpoints that answer with one flow, run, step or task. */
final class ObjectRoutes implements Routes {

  private final Reads reads;
  private final Duration heartbeatTimeout;

  ObjectRoutes(Reads reads, Duration heartbeatTimeout) {
    this.reads = reads;
    this.heartbeatTimeout = heartbeatTimeout;
  }

  @Override
  public void mount(Router router) {
    reads.get(router, Read.TASK, this::task);
    reads.get(router, Read.RUN, this::run);
    reads.get(router, Read.STEP, this::step);
    reads.getConstant(router, Read.FLOW, this::flow);
  }

  private void flow(Read read) {
    String flowId = read.flowId();
    FlowRow flow =
        read.view()
            .flow(flowId)
            .orElseThrow(() -> RefusedException.notRegistered("flow " + flowId));
    ObjectAnswer.text(read.request(), flow::render);
  }

  private void run(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    CurrentRun current = new CurrentRun(run, view, heartbeatTimeout, read.clock());
    ObjectAnswer.text(
        read.request(), sink -> run.renderRead(current.heartbeat(), Optional.empty(), sink));
  }

  private void step(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    StepRow step = view.step(run, read.stepName()).orElseThrow(read::unknown);
    ObjectAnswer.text(read.request(), sink -> step.render(run, sink));
  }

  private void task(Read read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    TaskRow task = read.existingTask(view, run);
    ObjectAnswer.text(read.request(), sink -> task.render(run, view.heartbeat(task), sink));
  }
}
