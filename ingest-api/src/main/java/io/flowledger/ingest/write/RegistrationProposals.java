package io.flowledger.ingest.write;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.MetaflowVersion;
import io.flowledger.ingest.body.Registration;
import io.flowledger.ingest.numbers.NumberTakenException;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Proposal.Content;
import io.flowledger.ingest.write.Proposal.Draft;
import io.flowledger.ingest.write.Proposal.Made;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.EventKey;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.schemas.Identifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drafts of the events that register flows, runs, steps and tasks, and what those have made. */
public final class RegistrationProposals {

  private final Parents parents;

  public RegistrationProposals(Parents parents) {
    this.parents = parents;
  }

  // ---- flows -----------------------------------------------------------------------------------

  public Draft<FlowRow> flow(String flowId, Registration body, IdempotencyKey key) {
    return Draft.of(
        flowId,
        key,
        (view, made) -> madeFlow(view, made, flowId),
        (numbers, stamp) -> {
          FlowRegistered event = flowEvent(flowId, body, stamp);
          return new Content<>(
              event,
              () -> {
                parents.rememberFlow(flowId);
                return FlowRow.of(event);
              });
        });
  }

  private static FlowRegistered flowEvent(String flowId, Registration body, Stamps.Stamp stamp) {
    return new FlowRegistered(
        stamp.eventId(),
        flowId,
        body.userName(),
        body.tags(),
        body.systemTags(),
        stamp.epochMillis(),
        stamp.origin(),
        stamp.writtenBy(),
        stamp.key().inEvent());
  }

  private static FlowRow madeFlow(View view, Made made, String flowId) {
    String what = "flow " + flowId;
    FlowRow flow = view.flow(flowId).orElseThrow(() -> vanished(what));
    checkFirst(flow.creator(), made, what);
    return flow;
  }

  // ---- runs ------------------------------------------------------------------------------------

  public Draft<RunRow> run(String flowId, Registration body, IdempotencyKey key) {
    return Draft.numbered(
        flowId,
        key,
        Sequences.Name.RUNS,
        (view, made) -> madeRun(view, made, flowId, body),
        (numbers, stamp) -> {
          RunRegistered event = runEvent(flowId, body, numbers[0], stamp);
          return new Content<>(
              event,
              () -> {
                if (body.id().isPresent()) {
                  throw undecided("run " + flowId + "/" + body.id().get());
                }
                parents.rememberRun(flowId, numbers[0]);
                return RunRow.of(event);
              });
        });
  }

  private static RunRegistered runEvent(
      String flowId, Registration body, long number, Stamps.Stamp stamp) {
    return new RunRegistered(
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
        stamp.key().inEvent());
  }

  private static RunRow madeRun(View view, Made made, String flowId, Registration body) {
    Identifier run = identifier(body, made);
    String what = "run " + flowId + "/" + run;
    RunRow row = view.run(flowId, run).orElseThrow(() -> new NumberTakenException(what));
    checkFirst(row.creator(), made, body, what);
    return row;
  }

  private static Identifier identifier(Registration body, Made made) {
    return body.id()
        .<Identifier>map(Identifier.Name::new)
        .orElseGet(() -> new Identifier.Number(made.number()));
  }

  // ---- steps -----------------------------------------------------------------------------------

  /** A step, and the run whose tags it shows. */
  public record StepFound(StepRow step, RunRow run) {}

  public Draft<StepFound> step(
      RegisteredRun run, String stepName, Registration body, IdempotencyKey key) {
    return Draft.of(
        run.flowId(),
        key,
        (view, made) -> madeStep(view, made, run, stepName),
        (numbers, stamp) -> {
          StepRegistered event = stepEvent(run, stepName, body, stamp);
          return new Content<>(
              event,
              () -> {
                parents.rememberStep(run.number(), stepName);
                RunRow row = unseen(run, body);
                return new StepFound(StepRow.of(event, row), row);
              });
        });
  }

  private static StepRegistered stepEvent(
      RegisteredRun run, String stepName, Registration body, Stamps.Stamp stamp) {
    return new StepRegistered(
        stamp.eventId(),
        run.flowId(),
        run.number(),
        stepName,
        body.hasUserName() ? body.userName() : "",
        body.tags(),
        body.systemTags(),
        stamp.epochMillis(),
        stamp.origin(),
        stamp.writtenBy(),
        stamp.key().inEvent());
  }

  private static StepFound madeStep(View view, Made made, RegisteredRun run, String stepName) {
    String what = "step " + run + "/" + stepName;
    RunRow row = runOf(view, run.flowId(), run.number());
    StepRow step = view.step(row, stepName).orElseThrow(() -> vanished(what));
    checkFirst(step.creator(), made, what);
    return new StepFound(step, row);
  }

  // ---- tasks -----------------------------------------------------------------------------------

  /** A task, and the run whose tags it shows. */
  public record TaskFound(TaskRow task, RunRow run) {}

  public Draft<TaskFound> task(
      RegisteredRun run, String stepName, Registration body, IdempotencyKey key) {
    return Draft.numbered(
        run.flowId(),
        key,
        Sequences.Name.TASKS,
        (view, made) -> madeTask(view, made, run, stepName, body),
        (numbers, stamp) -> {
          TaskRegistered event = taskEvent(run, stepName, body, numbers[0], stamp);
          return new Content<>(
              event,
              () -> {
                if (body.id().isPresent()) {
                  throw undecided("task " + run + "/" + stepName + "/" + body.id().get());
                }
                parents.rememberTask(run.number(), stepName, numbers[0]);
                RunRow row = unseen(run, body);
                return new TaskFound(TaskRow.of(event, row), row);
              });
        });
  }

  private static TaskRegistered taskEvent(
      RegisteredRun run, String stepName, Registration body, long id, Stamps.Stamp stamp) {
    return new TaskRegistered(
        stamp.eventId(),
        run.flowId(),
        run.number(),
        stepName,
        id,
        body.id().orElse(null),
        body.userName(),
        body.tags(),
        body.systemTags(),
        firstHeartbeat(body, stamp),
        stamp.epochMillis(),
        stamp.origin(),
        stamp.writtenBy(),
        stamp.key().inEvent());
  }

  private static TaskFound madeTask(
      View view, Made made, RegisteredRun run, String stepName, Registration body) {
    Identifier task = identifier(body, made);
    String what = "task " + run + "/" + stepName + "/" + task;
    RunRow row = runOf(view, run.flowId(), run.number());
    TaskRow found =
        view.task(row, stepName, task).orElseThrow(() -> new NumberTakenException(what));
    checkFirst(found.creator(), made, body, what);
    return new TaskFound(found, row);
  }

  // ---- what all of them do ---------------------------------------------------------------------

  private static RunRow runOf(View view, String flowId, long number) {
    return view.run(flowId, new Identifier.Number(number))
        .orElseThrow(() -> vanished("run " + flowId + "/" + number));
  }

  private static void checkFirst(EventKey creator, Made made, String what) {
    if (!creator.equals(made.event())) {
      throw RefusedException.existsAlready(what);
    }
  }

  /** Who made what has the number of this request has made another object, not the same one. */
  private static void checkFirst(EventKey creator, Made made, Registration body, String what) {
    if (body.id().isEmpty() && !creator.equals(made.event())) {
      throw new NumberTakenException(what);
    }
    checkFirst(creator, made, what);
  }

  private static RuntimeException vanished(String what) {
    return new IllegalStateException(what + " was applied, but is not in the view");
  }

  private static RuntimeException undecided(String what) {
    return RefusedException.unavailable(
        "it cannot be said now whether this request or another one made " + what + ", try again");
  }

  private static RunRow unseen(RegisteredRun run, Registration body) {
    return RunRow.unseen(
        run.flowId(),
        run.run(),
        run.number(),
        listOrEmpty(body.tags()),
        listOrEmpty(body.systemTags()));
  }

  private static List<String> listOrEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  private static @Nullable Long firstHeartbeat(Registration body, Stamps.Stamp stamp) {
    return MetaflowVersion.sendsHeartbeats(body.systemTags()) ? stamp.epochSeconds() : null;
  }
}
