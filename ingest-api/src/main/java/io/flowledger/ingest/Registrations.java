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
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    String what = "flow " + flowId;
    Writer.ReadBack created =
        (view, made) -> {
          FlowRow flow = view.flow(flowId).orElseThrow(() -> vanished(what));
          checkFirst(flow.creator(), made, what);
          return Answers.rendered(flow::render);
        };
    if (writer.answeredAgain(attempt, created)) {
      return;
    }
    if (parents.seen(flowId, view -> view.flow(flowId).isPresent())) {
      throw Rejection.exists(what);
    }
    Stamps.Stamp stamp = stamps.of(attempt);
    var event =
        new FlowRegistered(
            stamp.eventId(),
            flowId,
            body.userName(),
            body.tags(),
            body.systemTags(),
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy(),
            stamp.idempotency());
    writer.write(
        attempt,
        event,
        Writer.Made.of(stamp, 0),
        created,
        () -> {
          parents.rememberFlow(flowId);
          return Answers.rendered(FlowRow.of(event)::render);
        });
  }

  // ---- runs ------------------------------------------------------------------------------------

  void run(RoutingContext request) {
    String flowId = new Path(request, config).flow();
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "run_number");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    parents.requireFlow(flowId);
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    Writer.ReadBack created =
        (view, made) -> {
          Identifier run = named.orElseGet(() -> new Identifier.Number(made.number()));
          String what = "run " + flowId + "/" + run;
          RunRow row = view.run(flowId, run).orElseThrow(() -> new NumberTakenException(what));
          checkFirst(row.creator(), made, named, what);
          return asCreated(row);
        };
    if (writer.answeredAgain(attempt, created)) {
      return;
    }
    if (named.isPresent()
        && parents.seen(flowId, view -> view.run(flowId, named.get()).isPresent())) {
      throw Rejection.exists("run " + flowId + "/" + named.get());
    }
    createRun(attempt, body, created, new Tries());
  }

  private void createRun(Attempt attempt, Registration body, Writer.ReadBack created, Tries tries) {
    numbers.one(
        attempt.request(),
        Sequences.Name.RUNS,
        number -> appendRun(attempt, body, number, created, tries));
  }

  private void appendRun(
      Attempt attempt, Registration body, long number, Writer.ReadBack created, Tries tries) {
    String flowId = attempt.flowId();
    Stamps.Stamp stamp = stamps.of(attempt);
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
            stamp.writtenBy(),
            stamp.idempotency());
    writer.write(
        attempt,
        event,
        Writer.Made.of(stamp, number),
        created,
        () -> {
          if (body.id().isPresent()) {
            throw undecided("run " + flowId + "/" + body.id().get());
          }
          parents.rememberRun(flowId, number);
          return asCreated(RunRow.of(event));
        },
        taken -> {
          numbers.collided(taken, tries);
          createRun(attempt, body, created, tries);
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
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    long number = parents.requireRun(flowId, run);
    String what = "step " + flowId + "/" + run + "/" + stepName;
    Writer.ReadBack created =
        (view, made) -> {
          RunRow row = runOf(view, flowId, number);
          StepRow step = view.step(row, stepName).orElseThrow(() -> vanished(what));
          checkFirst(step.creator(), made, what);
          return Answers.rendered(sink -> step.render(row, sink));
        };
    if (writer.answeredAgain(attempt, created)) {
      return;
    }
    if (parents.seen(
        flowId,
        view ->
            view.run(flowId, new Identifier.Number(number))
                .flatMap(row -> view.step(row, stepName))
                .isPresent())) {
      throw Rejection.exists(what);
    }
    Stamps.Stamp stamp = stamps.of(attempt);
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
            stamp.writtenBy(),
            stamp.idempotency());
    writer.write(
        attempt,
        event,
        Writer.Made.of(stamp, 0),
        created,
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
    byte[] bytes = Bodies.of(request);
    Registration body = Registration.parse(bytes, config, "task_id");
    Attempt attempt = Attempt.of(request, flowId, bytes);
    long number = parents.requireRun(flowId, run);
    parents.requireStep(flowId, run, number, stepName);
    StepPath step = new StepPath(flowId, run, number, stepName);
    Optional<Identifier> named = body.id().map(Identifier.Name::new);
    Writer.ReadBack created =
        (view, made) -> {
          Identifier task = named.orElseGet(() -> new Identifier.Number(made.number()));
          RunRow row = runOf(view, flowId, number);
          TaskRow found =
              view.task(row, stepName, task)
                  .orElseThrow(() -> new NumberTakenException(step.task(task)));
          checkFirst(found.creator(), made, named, step.task(task));
          return asCreated(found, row);
        };
    if (writer.answeredAgain(attempt, created)) {
      return;
    }
    if (named.isPresent()
        && parents.seen(
            flowId,
            view -> view.task(runOf(view, flowId, number), stepName, named.get()).isPresent())) {
      throw Rejection.exists(step.task(named.get()));
    }
    createTask(attempt, step, body, created, new Tries());
  }

  private void createTask(
      Attempt attempt, StepPath step, Registration body, Writer.ReadBack created, Tries tries) {
    numbers.one(
        attempt.request(),
        Sequences.Name.TASKS,
        id -> appendTask(attempt, step, body, id, created, tries));
  }

  private void appendTask(
      Attempt attempt,
      StepPath step,
      Registration body,
      long id,
      Writer.ReadBack created,
      Tries tries) {
    Stamps.Stamp stamp = stamps.of(attempt);
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
            stamp.writtenBy(),
            stamp.idempotency());
    writer.write(
        attempt,
        event,
        Writer.Made.of(stamp, id),
        created,
        () -> {
          if (body.id().isPresent()) {
            throw undecided(step.task(new Identifier.Name(body.id().get())));
          }
          parents.rememberTask(step.number(), step.stepName(), id);
          RunRow row = unseen(step.flowId(), step.run(), step.number(), body);
          return asCreated(TaskRow.of(event, row), row);
        },
        taken -> {
          numbers.collided(taken, tries);
          createTask(attempt, step, body, created, tries);
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

  private static void checkFirst(EventKey creator, Writer.Made made, String what) {
    if (!creator.equals(made.event())) {
      throw Rejection.exists(what);
    }
  }

  /** Who made what has the number of this request has made another object, not the same one. */
  private static void checkFirst(
      EventKey creator, Writer.Made made, Optional<Identifier> named, String what) {
    if (named.isEmpty() && !creator.equals(made.event())) {
      throw new NumberTakenException(what);
    }
    checkFirst(creator, made, what);
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
