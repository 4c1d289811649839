package io.flowledger.query.metaflow;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.query.answer.ObjectAnswer;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;

/** The endpoints that answer with one flow, run, step or task. */
public final class ObjectRoutes implements Routes {

  private final ReadEndpoints reads;
  private final Duration heartbeatTimeout;

  public ObjectRoutes(ReadEndpoints reads, Duration heartbeatTimeout) {
    this.reads = reads;
    this.heartbeatTimeout = heartbeatTimeout;
  }

  @Override
  public void mount(Router router) {
    reads.get(router, ReadRequest.TASK, this::task);
    reads.get(router, ReadRequest.RUN, this::run);
    reads.get(router, ReadRequest.STEP, this::step);
    reads.getConstant(router, ReadRequest.FLOW, this::flow);
  }

  private void flow(ReadRequest read) {
    String flowId = read.flowId();
    FlowRow flow =
        read.view()
            .flow(flowId)
            .orElseThrow(() -> RefusedException.notRegistered("flow " + flowId));
    ObjectAnswer.text(read.request(), flow::render);
  }

  private void run(ReadRequest read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    CurrentRun current = new CurrentRun(run, view, heartbeatTimeout, read.clock());
    ObjectAnswer.text(read.request(), sink -> run.renderRead(current.heartbeat(), sink));
  }

  private void step(ReadRequest read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    StepRow step = view.step(run, read.stepName()).orElseThrow(read::unknownStep);
    ObjectAnswer.text(read.request(), sink -> step.render(run, sink));
  }

  private void task(ReadRequest read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    TaskRow task = read.existingTask(view, run);
    ObjectAnswer.text(read.request(), sink -> task.render(run, view.heartbeat(task), sink));
  }
}
