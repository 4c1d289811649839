package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The requests that create flows, runs, steps and tasks. Of all that create the same object exactly
 * one is told so: the one whose event is the first in the log.
 */
final class Registrations {

  private final IngestConfig config;
  private final Parents parents;
  private final Proposals proposals;
  private final Numbers numbers;
  private final Stamps stamps;
  private final Writer writer;

  Registrations(
      IngestConfig config,
      Parents parents,
      Proposals proposals,
      Numbers numbers,
      Stamps stamps,
      Writer writer) {
    this.config = config;
    this.parents = parents;
    this.proposals = proposals;
    this.numbers = numbers;
    this.stamps = stamps;
    this.writer = writer;
  }

  // ---- flows -----------------------------------------------------------------------------------

  void flow(RoutingContext request) {
    String flowId = new Path(request, config).flow();
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    if (writer.answeredAgain(attempt, proposals.flowMade(flowId), Registrations::asCreated)) {
      return;
    }
    if (parents.seen(flowId, view -> view.flow(flowId).isPresent())) {
      throw RefusedException.existsAlready("flow " + flowId);
    }
    writer.write(
        attempt, proposals.flow(flowId, body, stamps.of(attempt)), Registrations::asCreated);
  }

  private static Buffer asCreated(FlowRow flow) {
    return Answers.rendered(flow::render);
  }

  // ---- runs ------------------------------------------------------------------------------------

  void run(RoutingContext request) {
    String flowId = new Path(request, config).flow();
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "run_number");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    parents.requireFlow(flowId);
    if (writer.answeredAgain(attempt, proposals.runMade(flowId, body), Registrations::asCreated)) {
      return;
    }
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && parents.seen(flowId, view -> view.run(flowId, named.get()).isPresent())) {
      throw RefusedException.existsAlready("run " + flowId + "/" + named.get());
    }
    createRun(attempt, body, new Tries());
  }

  private void createRun(Attempt attempt, Registration body, Tries tries) {
    numbers.one(
        attempt.request(),
        Sequences.Name.RUNS,
        number ->
            writer.write(
                attempt,
                proposals.run(attempt.flowId(), body, number, stamps.of(attempt)),
                Registrations::asCreated,
                taken -> {
                  numbers.collided(taken, tries);
                  createRun(attempt, body, tries);
                }));
  }

  private static Buffer asCreated(RunRow run) {
    return Answers.rendered(sink -> run.render(run.firstHeartbeat(), sink));
  }

  // ---- steps -----------------------------------------------------------------------------------

  void step(RoutingContext request) {
    Path path = new Path(request, config);
    String flowId = path.flow();
    Identifier run = path.run();
    String stepName = path.step();
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    long number = parents.requireRun(flowId, run);
    Proposals.OfRun of = new Proposals.OfRun(flowId, run, number);
    if (writer.answeredAgain(attempt, proposals.stepMade(of, stepName), Registrations::asCreated)) {
      return;
    }
    if (parents.seen(
        flowId,
        view ->
            view.run(flowId, new Identifier.Number(number))
                .flatMap(row -> view.step(row, stepName))
                .isPresent())) {
      throw RefusedException.existsAlready("step " + of + "/" + stepName);
    }
    writer.write(
        attempt, proposals.step(of, stepName, body, stamps.of(attempt)), Registrations::asCreated);
  }

  private static Buffer asCreated(Proposals.StepFound found) {
    return Answers.rendered(sink -> found.step().render(found.run(), sink));
  }

  // ---- tasks -----------------------------------------------------------------------------------

  void task(RoutingContext request) {
    Path path = new Path(request, config);
    String flowId = path.flow();
    Identifier run = path.run();
    String stepName = path.step();
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "task_id");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    long number = parents.requireRun(flowId, run);
    parents.requireStep(flowId, run, number, stepName);
    Proposals.OfRun of = new Proposals.OfRun(flowId, run, number);
    if (writer.answeredAgain(
        attempt, proposals.taskMade(of, stepName, body), Registrations::asCreated)) {
      return;
    }
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && parents.seen(flowId, view -> taskOf(view, number, stepName, named.get()).isPresent())) {
      throw RefusedException.existsAlready("task " + of + "/" + stepName + "/" + named.get());
    }
    createTask(attempt, of, stepName, body, new Tries());
  }

  private void createTask(
      Attempt attempt, Proposals.OfRun of, String stepName, Registration body, Tries tries) {
    numbers.one(
        attempt.request(),
        Sequences.Name.TASKS,
        id ->
            writer.write(
                attempt,
                proposals.task(of, stepName, body, id, stamps.of(attempt)),
                Registrations::asCreated,
                taken -> {
                  numbers.collided(taken, tries);
                  createTask(attempt, of, stepName, body, tries);
                }));
  }

  private static Optional<TaskRow> taskOf(View view, long run, String stepName, Identifier task) {
    return view.run(run).flatMap(row -> view.task(row, stepName, task));
  }

  private static Buffer asCreated(Proposals.TaskFound found) {
    TaskRow task = found.task();
    return Answers.rendered(sink -> task.render(found.run(), task.firstHeartbeat(), sink));
  }
}
