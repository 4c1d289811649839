package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.Proposal.Draft;
import io.flowledger.ingest.Proposals.StepFound;
import io.flowledger.ingest.Proposals.TaskFound;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.schemas.Identifier;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Endpoints that create flows, runs, steps and tasks. Of all requests that create the same object
 * exactly one is told so: the one whose event is the first in the log.
 */
final class Registrations {

  private final Limits limits;
  private final Parents parents;
  private final Proposals proposals;
  private final Writer writer;

  Registrations(Limits limits, Parents parents, Proposals proposals, Writer writer) {
    this.limits = limits;
    this.parents = parents;
    this.proposals = proposals;
    this.writer = writer;
  }

  // ---- flows -----------------------------------------------------------------------------------

  void flow(RoutingContext routing) {
    Attempt request = new Attempt(routing, limits);
    String flowId = request.flow();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "");
    Draft<FlowRow> flow = proposals.flow(flowId, body, request.key(bytes));
    if (writer.answeredAgain(request, flow, Answers::created)) {
      return;
    }
    if (parents.seen(flowId, view -> view.flow(flowId).isPresent())) {
      throw RefusedException.existsAlready("flow " + flowId);
    }
    writer.write(request, flow, Answers::created);
  }

  // ---- runs ------------------------------------------------------------------------------------

  void run(RoutingContext routing) {
    Attempt request = new Attempt(routing, limits);
    String flowId = request.flow();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "run_number");
    IdempotencyKey key = request.key(bytes);
    parents.requireFlow(flowId);
    Draft<RunRow> run = proposals.run(flowId, body, key);
    if (writer.answeredAgain(request, run, Answers::created)) {
      return;
    }
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && parents.seen(flowId, view -> view.run(flowId, named.get()).isPresent())) {
      throw RefusedException.existsAlready("run " + flowId + "/" + named.get());
    }
    writer.write(request, run, Answers::created);
  }

  // ---- steps -----------------------------------------------------------------------------------

  void step(RoutingContext routing) {
    Attempt request = new Attempt(routing, limits);
    String flowId = request.flow();
    Identifier runId = request.run();
    String stepName = request.step();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "");
    IdempotencyKey key = request.key(bytes);
    RegisteredRun run = parents.requireRun(flowId, runId);
    Draft<StepFound> step = proposals.step(run, stepName, body, key);
    if (writer.answeredAgain(request, step, Answers::created)) {
      return;
    }
    if (parents.seen(
        flowId,
        view ->
            view.run(flowId, new Identifier.Number(run.number()))
                .flatMap(row -> view.step(row, stepName))
                .isPresent())) {
      throw RefusedException.existsAlready("step " + run + "/" + stepName);
    }
    writer.write(request, step, Answers::created);
  }

  // ---- tasks -----------------------------------------------------------------------------------

  void task(RoutingContext routing) {
    Attempt request = new Attempt(routing, limits);
    String flowId = request.flow();
    Identifier runId = request.run();
    String stepName = request.step();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "task_id");
    IdempotencyKey key = request.key(bytes);
    RegisteredRun run = parents.requireRun(flowId, runId);
    parents.requireStep(run, stepName);
    Draft<TaskFound> task = proposals.task(run, stepName, body, key);
    if (writer.answeredAgain(request, task, Answers::created)) {
      return;
    }
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && parents.seen(
            flowId,
            view ->
                view.run(run.number())
                    .flatMap(row -> view.task(row, stepName, named.get()))
                    .isPresent())) {
      throw RefusedException.existsAlready("task " + run + "/" + stepName + "/" + named.get());
    }
    writer.write(request, task, Answers::created);
  }
}
