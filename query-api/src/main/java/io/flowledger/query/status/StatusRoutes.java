package io.flowledger.query.status;

import io.flowledger.http.Routes;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunProgress;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.query.answer.ObjectAnswer;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.flowledger.query.request.ReadThreads;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The endpoint that tells where a run stands: {@code GET /flows/{flow}/runs/{run}/status}. */
public final class StatusRoutes implements Routes {

  private final ReadEndpoints reads;
  private final ReadThreads threads;
  private final Duration heartbeatTimeout;

  public StatusRoutes(ReadEndpoints reads, ReadThreads threads, Duration heartbeatTimeout) {
    this.reads = reads;
    this.threads = threads;
    this.heartbeatTimeout = heartbeatTimeout;
  }

  @Override
  public void mount(Router router) {
    reads.get(router, ReadRequest.RUN + "/status", this::status);
  }

  private void status(ReadRequest read) {
    View view = read.view();
    RunRow run = read.existingRun(view);
    Silence silence = new Silence(read.clock().millis(), heartbeatTimeout);
    threads
        .read(read.request(), () -> RunReportJson.of(report(view, run, silence)))
        .onSuccess(json -> ObjectAnswer.json(read.request(), sink -> sink.write(json)))
        .onFailure(read.request()::fail);
  }

  /**
   * The progress of the run is read before that of its tasks: what made the outcome of the run is
   * then seen of the tasks too.
   */
  private static RunReport report(View view, RunRow run, Silence silence) {
    RunProgress progress = view.progress(run.number());
    RunReport report = new RunReport(run, progress, view.heartbeat(run, progress), silence);
    for (StepRow step : stepsOldestFirst(view, run)) {
      report.add(step);
      view.trackedTasks(
          run.number(),
          step.stepName(),
          task -> {
            report.add(task);
            return true;
          });
    }
    return report;
  }

  private static List<StepRow> stepsOldestFirst(View view, RunRow run) {
    List<StepRow> steps = new ArrayList<>();
    view.steps(run.number(), Optional.empty(), steps::add);
    Collections.reverse(steps);
    return steps;
  }
}
