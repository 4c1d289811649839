package io.flowledger.ingest.metaflow;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.body.Registration;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.Proposal.Draft;
import io.flowledger.ingest.write.RegisteredRun;
import io.flowledger.ingest.write.RegistrationProposals;
import io.flowledger.ingest.write.RegistrationProposals.StepFound;
import io.flowledger.ingest.write.RegistrationProposals.TaskFound;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.schemas.Identifier;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Endpoints that create flows, runs, steps and tasks. Of all requests that create the same object
 * exactly one is told so: the one whose event is the first in the log.
 */
public final class RegistrationRoutes implements Routes {

  private final Limits limits;
  private final Parents parents;
  private final RegistrationProposals proposals;
  private final WriteAnswers answers;
  private final LateViews late;

  public RegistrationRoutes(
      Limits limits,
      Parents parents,
      RegistrationProposals proposals,
      WriteAnswers answers,
      LateViews late) {
    this.limits = limits;
    this.parents = parents;
    this.proposals = proposals;
    this.answers = answers;
    this.late = late;
  }

  @Override
  public void mount(Router router) {
    router.post(WriteRequest.STEP + "/task").handler(late.waiting(this::task));
    router.post(WriteRequest.STEP + "/step").handler(late.waiting(this::step));
    router.post(WriteRequest.FLOW + "/run").handler(late.waiting(this::run));
    router.post(WriteRequest.FLOW).handler(this::flow);
  }

  // ---- flows -----------------------------------------------------------------------------------

  private void flow(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    String flowId = request.flow();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "");
    IdempotencyKey key = request.key(bytes);
    Draft<FlowRow> flow = proposals.flow(flowId, body, key);
    if (answers.answeredAgain(request, flow, Answers::created)) {
      return;
    }
    // With a key, it may be this very request that has made it.
    if ((!key.isPresent() && parents.remembersFlow(flowId))
        || parents.seen(flowId, view -> view.flow(flowId).isPresent())) {
      throw RefusedException.existsAlready("flow " + flowId);
    }
    answers.write(request, flow, Answers::created);
  }

  // ---- runs ------------------------------------------------------------------------------------

  private void run(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    String flowId = request.flow();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "run_number");
    IdempotencyKey key = request.key(bytes);
    parents.requireFlow(flowId);
    Draft<RunRow> run = proposals.run(flowId, body, key);
    if (answers.answeredAgain(request, run, Answers::created)) {
      return;
    }
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && parents.seen(flowId, view -> view.run(flowId, named.get()).isPresent())) {
      throw RefusedException.existsAlready("run " + flowId + "/" + named.get());
    }
    answers.write(request, run, Answers::created);
  }

  // ---- steps -----------------------------------------------------------------------------------

  private void step(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    String flowId = request.flow();
    Identifier runId = request.run();
    String stepName = request.step();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "");
    IdempotencyKey key = request.key(bytes);
    RegisteredRun run = parents.requireRun(flowId, runId);
    Draft<StepFound> step = proposals.step(run, stepName, body, key);
    if (answers.answeredAgain(request, step, Answers::created)) {
      return;
    }
    if ((!key.isPresent() && parents.remembersStep(run, stepName))
        || parents.seen(
            flowId,
            view ->
                view.run(flowId, new Identifier.Number(run.number()))
                    .flatMap(row -> view.step(row, stepName))
                    .isPresent())) {
      throw RefusedException.existsAlready("step " + run + "/" + stepName);
    }
    answers.write(request, step, Answers::created);
  }

  // ---- tasks -----------------------------------------------------------------------------------

  private void task(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    String flowId = request.flow();
    Identifier runId = request.run();
    String stepName = request.step();
    byte[] bytes = request.body();
    Registration body = Registration.parse(bytes, limits, "task_id");
    IdempotencyKey key = request.key(bytes);
    RegisteredRun run = parents.requireRun(flowId, runId);
    parents.requireStep(run, stepName);
    Draft<TaskFound> task = proposals.task(run, stepName, body, key);
    if (answers.answeredAgain(request, task, Answers::created)) {
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
    answers.write(request, task, Answers::created);
  }
}
