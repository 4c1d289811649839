package io.flowledger.ingest;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.readmodel.EventKey;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The requests that create flows, runs, steps and tasks. Of all that create the same object exactly
 * one is told so: the one whose event is the first in the log.
 */
final class Registrations {

  private final IngestConfig config;
  private final Parents parents;
  private final Numbers numbers;
  private final Stamps stamps;
  private final Writer writer;

  Registrations(
      IngestConfig config, Parents parents, Numbers numbers, Stamps stamps, Writer writer) {
    this.config = config;
    this.parents = parents;
    this.numbers = numbers;
    this.stamps = stamps;
    this.writer = writer;
  }

  // ---- flows -----------------------------------------------------------------------------------

  void flow(RoutingContext request) {
    String flowId = new Path(request, config).flow();
    Registration body = Registration.parse(Bodies.of(request), config, "");
    String what = "flow " + flowId;
    if (parents.seen(flowId, view -> view.flow(flowId).isPresent())) {
      throw Rejection.exists(what);
    }
    Stamps.Stamp stamp = stamps.of(request);
    var event =
        new FlowRegistered(
            stamp.eventId(),
            flowId,
            body.userName(),
            body.tags(),
            body.systemTags(),
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy());
    writer.write(
        request,
        flowId,
        event,
        view -> {
          FlowRow flow = view.flow(flowId).orElseThrow(() -> vanished(what));
          checkFirst(flow.creator(), stamp, what);
          return Answers.rendered(flow::render);
        },
        () -> {
          parents.rememberFlow(flowId);
          return Answers.rendered(FlowRow.of(event)::render);
        });
  }

  // ---- runs ------------------------------------------------------------------------------------

  void run(RoutingContext request) {
    String flowId = new Path(request, config).flow();
    Registration body = Registration.parse(Bodies.of(request), config, "run_number");
    parents.requireFlow(flowId);
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && parents.seen(flowId, view -> view.run(flowId, named.get()).isPresent())) {
      throw Rejection.exists("run " + flowId + "/" + named.get());
    }
    createRun(request, flowId, body, named, new Tries());
  }

  private void createRun(
      RoutingContext request,
      String flowId,
      Registration body,
      Optional<Identifier> named,
      Tries tries) {
    numbers.one(
        request,
        Sequences.Name.RUNS,
        number -> appendRun(request, flowId, body, named, number, tries));
  }

  private void appendRun(
      RoutingContext request,
      String flowId,
      Registration body,
      Optional<Identifier> named,
      long number,
      Tries tries) {
    Stamps.Stamp stamp = stamps.of(request);
    var event =
        new RunRegistered(
            stamp.eventId(),
            flowId,
            number,
            body.id().orElse(null),
            body.userName(),
            listOrEmpty(body.tags()),
            listOrEmpty(body.systemTags()),
            firstHeartbeat(body, stamp),
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy());
    Identifier run = named.orElseGet(() -> new Identifier.Number(number));
    String what = "run " + flowId + "/" + run;
    writer.write(
        request,
        flowId,
        event,
        view -> {
          RunRow row = view.run(flowId, run).orElseThrow(() -> new NumberTakenException(what));
          checkFirst(row.creator(), stamp, named, what);
          return asCreated(row);
        },
        () -> {
          if (named.isPresent()) {
            throw undecided(what);
          }
          parents.rememberRun(flowId, number);
          return asCreated(RunRow.of(event));
        },
        taken -> {
          numbers.collided(taken, tries);
          createRun(request, flowId, body, named, tries);
        });
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
    Registration body = Registration.parse(Bodies.of(request), config, "");
    long number = parents.requireRun(flowId, run);
    String what = "step " + flowId + "/" + run + "/" + stepName;
    if (parents.seen(
        flowId,
        view ->
            view.run(flowId, new Identifier.Number(number))
                .flatMap(row -> view.step(row, stepName))
                .isPresent())) {
      throw Rejection.exists(what);
    }
    Stamps.Stamp stamp = stamps.of(request);
    var event =
        new StepRegistered(
            stamp.eventId(),
            flowId,
            number,
            stepName,
            body.hasUserName() ? body.userName() : "",
            body.tags(),
            body.systemTags(),
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy());
    writer.write(
        request,
        flowId,
        event,
        view -> {
          RunRow row = runOf(view, flowId, number);
          StepRow step = view.step(row, stepName).orElseThrow(() -> vanished(what));
          checkFirst(step.creator(), stamp, what);
          return Answers.rendered(sink -> step.render(row, sink));
        },
        () -> {
          parents.rememberStep(number, stepName);
          RunRow row = unseen(flowId, run, number, body);
          return Answers.rendered(sink -> StepRow.of(event, row).render(row, sink));
        });
  }

  // ---- tasks -----------------------------------------------------------------------------------

  private record StepPath(String flowId, Identifier run, long number, String stepName) {
    String task(Identifier task) {
      return "task " + flowId + "/" + run + "/" + stepName + "/" + task;
    }
  }

  void task(RoutingContext request) {
    Path path = new Path(request, config);
    String flowId = path.flow();
    Identifier run = path.run();
    String stepName = path.step();
    Registration body = Registration.parse(Bodies.of(request), config, "task_id");
    long number = parents.requireRun(flowId, run);
    parents.requireStep(flowId, run, number, stepName);
    StepPath step = new StepPath(flowId, run, number, stepName);
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    if (named.isPresent()
        && parents.seen(
            flowId,
            view -> view.task(runOf(view, flowId, number), stepName, named.get()).isPresent())) {
      throw Rejection.exists(step.task(named.get()));
    }
    createTask(request, step, body, named, new Tries());
  }

  private void createTask(
      RoutingContext request,
      StepPath step,
      Registration body,
      Optional<Identifier> named,
      Tries tries) {
    numbers.one(
        request, Sequences.Name.TASKS, id -> appendTask(request, step, body, named, id, tries));
  }

  private void appendTask(
      RoutingContext request,
      StepPath step,
      Registration body,
      Optional<Identifier> named,
      long id,
      Tries tries) {
    Stamps.Stamp stamp = stamps.of(request);
    var event =
        new TaskRegistered(
            stamp.eventId(),
            step.flowId(),
            step.number(),
            step.stepName(),
            id,
            body.id().orElse(null),
            body.userName(),
            body.tags(),
            body.systemTags(),
            firstHeartbeat(body, stamp),
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy());
    Identifier task = named.orElseGet(() -> new Identifier.Number(id));
    writer.write(
        request,
        step.flowId(),
        event,
        view -> {
          RunRow row = runOf(view, step.flowId(), step.number());
          TaskRow found =
              view.task(row, step.stepName(), task)
                  .orElseThrow(() -> new NumberTakenException(step.task(task)));
          checkFirst(found.creator(), stamp, named, step.task(task));
          return asCreated(found, row);
        },
        () -> {
          if (named.isPresent()) {
            throw undecided(step.task(task));
          }
          parents.rememberTask(step.number(), step.stepName(), id);
          RunRow row = unseen(step.flowId(), step.run(), step.number(), body);
          return asCreated(TaskRow.of(event, row), row);
        },
        taken -> {
          numbers.collided(taken, tries);
          createTask(request, step, body, named, tries);
        });
  }

  private static Buffer asCreated(TaskRow task, RunRow run) {
    return Answers.rendered(sink -> task.render(run, task.firstHeartbeat(), sink));
  }

  // ---- what all of them do ---------------------------------------------------------------------

  private static RunRow runOf(View view, String flowId, long number) {
    return view.run(flowId, new Identifier.Number(number))
        .orElseThrow(() -> vanished("run " + flowId + "/" + number));
  }

  private static void checkFirst(EventKey creator, Stamps.Stamp own, String what) {
    if (!creator.equals(EventKey.of(own.eventId()))) {
      throw Rejection.exists(what);
    }
  }

  /** Who made what has the number of this request has made another object, not the same one. */
  private static void checkFirst(
      EventKey creator, Stamps.Stamp own, Optional<Identifier> named, String what) {
    if (named.isEmpty() && !creator.equals(EventKey.of(own.eventId()))) {
      throw new NumberTakenException(what);
    }
    checkFirst(creator, own, what);
  }

  private static RuntimeException vanished(String what) {
    return new IllegalStateException(what + " was applied, but is not in the view");
  }

  private static RuntimeException undecided(String what) {
    return Rejection.unavailable(
        "it cannot be said now whether this request or another one made " + what + ", try again");
  }

  private static RunRow unseen(String flowId, Identifier run, long number, Registration body) {
    return RunRow.unseen(
        flowId, run, number, listOrEmpty(body.tags()), listOrEmpty(body.systemTags()));
  }

  private static List<String> listOrEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  private static @Nullable Long firstHeartbeat(Registration body, Stamps.Stamp stamp) {
    return MetaflowVersion.sendsHeartbeats(body.systemTags()) ? stamp.epochSeconds() : null;
  }
}
