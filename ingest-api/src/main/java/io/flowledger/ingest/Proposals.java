package io.flowledger.ingest;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.EventKey;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the events that register flows, runs, steps and tasks, and finds what they have made. */
final class Proposals {

  private final Parents parents;

  Proposals(Parents parents) {
    this.parents = parents;
  }

  // ---- flows -----------------------------------------------------------------------------------

  Proposal<FlowRow> flow(String flowId, Registration body, Stamps.Stamp stamp) {
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
            stamp.key().inEvent());
    return new Proposal<>(
        flowId,
        stamp.key(),
        event,
        Proposal.Made.of(stamp, 0),
        flowMade(flowId),
        () -> {
          parents.rememberFlow(flowId);
          return FlowRow.of(event);
        });
  }

  Proposal.ReadBack<FlowRow> flowMade(String flowId) {
    String what = "flow " + flowId;
    return (view, made) -> {
      FlowRow flow = view.flow(flowId).orElseThrow(() -> vanished(what));
      checkFirst(flow.creator(), made, what);
      return flow;
    };
  }

  // ---- runs ------------------------------------------------------------------------------------

  Proposal<RunRow> run(String flowId, Registration body, long number, Stamps.Stamp stamp) {
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
            stamp.key().inEvent());
    return new Proposal<>(
        flowId,
        stamp.key(),
        event,
        Proposal.Made.of(stamp, number),
        runMade(flowId, body),
        () -> {
          if (body.id().isPresent()) {
            throw undecided("run " + flowId + "/" + body.id().get());
          }
          parents.rememberRun(flowId, number);
          return RunRow.of(event);
        });
  }

  Proposal.ReadBack<RunRow> runMade(String flowId, Registration body) {
    return (view, made) -> {
      Identifier run = identifier(body, made);
      String what = "run " + flowId + "/" + run;
      RunRow row = view.run(flowId, run).orElseThrow(() -> new NumberTakenException(what));
      checkFirst(row.creator(), made, body, what);
      return row;
    };
  }

  private static Identifier identifier(Registration body, Proposal.Made made) {
    return body.id()
        .<Identifier>map(Identifier.Name::new)
        .orElseGet(() -> new Identifier.Number(made.number()));
  }

  /**
   * A run that is there.
   *
   * @param run as the request names it
   */
  record OfRun(String flowId, Identifier run, long number) {
    @Override
    public String toString() {
      return flowId + "/" + run;
    }
  }

  // ---- steps -----------------------------------------------------------------------------------

  /** A step, and the run whose tags it shows. */
  record StepFound(StepRow step, RunRow run) {}

  Proposal<StepFound> step(OfRun run, String stepName, Registration body, Stamps.Stamp stamp) {
    var event =
        new StepRegistered(
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
    return new Proposal<>(
        run.flowId(),
        stamp.key(),
        event,
        Proposal.Made.of(stamp, 0),
        stepMade(run, stepName),
        () -> {
          parents.rememberStep(run.number(), stepName);
          RunRow row = unseen(run, body);
          return new StepFound(StepRow.of(event, row), row);
        });
  }

  Proposal.ReadBack<StepFound> stepMade(OfRun run, String stepName) {
    String what = "step " + run + "/" + stepName;
    return (view, made) -> {
      RunRow row = runOf(view, run.flowId(), run.number());
      StepRow step = view.step(row, stepName).orElseThrow(() -> vanished(what));
      checkFirst(step.creator(), made, what);
      return new StepFound(step, row);
    };
  }

  // ---- tasks -----------------------------------------------------------------------------------

  /** A task, and the run whose tags it shows. */
  record TaskFound(TaskRow task, RunRow run) {}

  Proposal<TaskFound> task(
      OfRun run, String stepName, Registration body, long id, Stamps.Stamp stamp) {
    var event =
        new TaskRegistered(
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
    return new Proposal<>(
        run.flowId(),
        stamp.key(),
        event,
        Proposal.Made.of(stamp, id),
        taskMade(run, stepName, body),
        () -> {
          if (body.id().isPresent()) {
            throw undecided("task " + run + "/" + stepName + "/" + body.id().get());
          }
          parents.rememberTask(run.number(), stepName, id);
          RunRow row = unseen(run, body);
          return new TaskFound(TaskRow.of(event, row), row);
        });
  }

  Proposal.ReadBack<TaskFound> taskMade(OfRun run, String stepName, Registration body) {
    return (view, made) -> {
      Identifier task = identifier(body, made);
      String what = "task " + run + "/" + stepName + "/" + task;
      RunRow row = runOf(view, run.flowId(), run.number());
      TaskRow found =
          view.task(row, stepName, task).orElseThrow(() -> new NumberTakenException(what));
      checkFirst(found.creator(), made, body, what);
      return new TaskFound(found, row);
    };
  }

  // ---- what all of them do ---------------------------------------------------------------------

  private static RunRow runOf(View view, String flowId, long number) {
    return view.run(flowId, new Identifier.Number(number))
        .orElseThrow(() -> vanished("run " + flowId + "/" + number));
  }

  private static void checkFirst(EventKey creator, Proposal.Made made, String what) {
    if (!creator.equals(made.event())) {
      throw RefusedException.existsAlready(what);
    }
  }

  /** Who made what has the number of this request has made another object, not the same one. */
  private static void checkFirst(
      EventKey creator, Proposal.Made made, Registration body, String what) {
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

  private static RunRow unseen(OfRun run, Registration body) {
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
