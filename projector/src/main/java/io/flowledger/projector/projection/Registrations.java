package io.flowledger.projector.projection;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.layout.NumberRow;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import java.util.Optional;

/**
 * Registrations of flows, runs, steps and tasks: the first one of an identity is in the view, with
 * its place in the listing of its parent, and a later one changes nothing.
 */
final class Registrations {

  private Registrations() {}

  static Verdict flow(FlowRegistered event, ViewWriter view) {
    byte[] key = Keys.flow(event.getFlowId());
    if (view.get(key) != null) {
      return new Verdict.Superseded("flow " + event.getFlowId());
    }
    FlowRow row = FlowRow.of(event);
    view.put(key, row.bytes());
    view.put(Keys.flowInList(new Cursor.ByName(row.tsEpoch(), event.getFlowId())), row.bytes());
    return Verdict.APPLIED;
  }

  static Verdict run(RunRegistered event, ViewWriter view) {
    String flowId = event.getFlowId();
    if (view.get(Keys.flow(flowId)) == null) {
      return new Verdict.Rejected("flow " + flowId + " is not registered");
    }
    String runId = event.getRunId();
    if (view.get(Keys.run(event.getRunNumber())) != null) {
      return new Verdict.Superseded("run number " + event.getRunNumber());
    }
    if (runId != null && view.get(Keys.runByName(flowId, runId)) != null) {
      return new Verdict.Superseded("run " + flowId + "/" + runId);
    }
    RunRow row = RunRow.of(event);
    view.put(Keys.run(row.number()), row.bytes());
    view.put(
        Keys.runInList(flowId, new Cursor.ByNumber(row.tsEpoch(), row.number())), ViewWriter.EMPTY);
    if (runId != null) {
      view.put(Keys.runByName(flowId, runId), NumberRow.of(row.number()));
    }
    SearchIndex.tags(event, view);
    return Verdict.APPLIED;
  }

  static Verdict step(StepRegistered event, ViewWriter view) {
    Optional<RunRow> run = Registered.run(event.getFlowId(), event.getRunNumber(), view);
    if (run.isEmpty()) {
      return Registered.noRun(event.getFlowId(), event.getRunNumber());
    }
    byte[] key = Keys.step(event.getRunNumber(), event.getStepName());
    if (view.get(key) != null) {
      return new Verdict.Superseded("step " + event.getRunNumber() + "/" + event.getStepName());
    }
    StepRow row = StepRow.of(event, run.get());
    view.put(key, row.bytes());
    view.put(
        Keys.stepInList(
            event.getRunNumber(), new Cursor.ByName(row.tsEpoch(), event.getStepName())),
        row.bytes());
    return Verdict.APPLIED;
  }

  static Verdict task(TaskRegistered event, ViewWriter view) {
    Optional<RunRow> run = Registered.run(event.getFlowId(), event.getRunNumber(), view);
    if (run.isEmpty()) {
      return Registered.noRun(event.getFlowId(), event.getRunNumber());
    }
    String step = event.getStepName();
    if (view.get(Keys.step(event.getRunNumber(), step)) == null) {
      return new Verdict.Rejected(
          "step " + event.getRunNumber() + "/" + step + " is not registered");
    }
    String name = event.getTaskName();
    byte[] key = Keys.task(event.getTaskId());
    if (view.get(key) != null) {
      return new Verdict.Superseded("task number " + event.getTaskId());
    }
    if (name != null) {
      byte[] byName = Keys.taskByName(event.getRunNumber(), step, name);
      if (view.get(byName) != null) {
        return new Verdict.Superseded("task " + event.getRunNumber() + "/" + step + "/" + name);
      }
      view.put(byName, NumberRow.of(event.getTaskId()));
    }
    TaskRow row = TaskRow.of(event, run.get());
    view.putNew(key, row.bytes());
    view.put(
        Keys.taskInList(event.getRunNumber(), step, new Cursor.ByNumber(row.tsEpoch(), row.id())),
        row.bytes());
    if (event.getHeartbeatTs() != null) {
      RunOutcomes.beat(event.getRunNumber(), event.getHeartbeatTs(), view);
    }
    return Verdict.APPLIED;
  }
}
