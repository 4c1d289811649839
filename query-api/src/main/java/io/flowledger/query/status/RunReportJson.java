package io.flowledger.query.status;

import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.text.JsonText;
import io.flowledger.query.answer.Pathspec;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Writes the status of a run as JSON. */
final class RunReportJson {

  private static final int TYPICAL_LENGTH = 2048;

  private final RunReport report;
  private final JsonText json = new JsonText(TYPICAL_LENGTH);

  private RunReportJson(RunReport report) {
    this.report = report;
  }

  static byte[] of(RunReport report) {
    return new RunReportJson(report).object();
  }

  private byte[] object() {
    RunRow run = report.run();
    RunLifecycle lifecycle = report.lifecycle();
    TaskSummary tasks = report.tasks();
    json.raw("{\"flow_id\": ").string(run.flowId());
    json.raw(", \"run_number\": ").number(run.number());
    json.raw(", \"run_id\": ").string(run.runId().orElse(null));
    json.raw(", \"user_name\": ").string(run.userName().orElse(null));
    json.raw(", \"tags\": ").raw(run.tagsJson());
    json.raw(", \"system_tags\": ").raw(run.systemTagsJson());
    json.raw(", \"status\": ").string(lifecycle.state().label());
    number("created_at", OptionalLong.of(run.tsEpoch()));
    number("started_at", tasks.all().startedAt());
    number("finished_at", lifecycle.finishedAt());
    number("duration_ms", report.durationMs());
    number("last_heartbeat_ts", report.heartbeat());
    number("as_of", OptionalLong.of(report.asOf()));
    totals(tasks.all());
    list("steps", tasks.steps(), this::step);
    number("failures_total", OptionalLong.of(tasks.all().count(Lifecycle.FAILED)));
    list("failures", tasks.failures(), this::failure);
    list("longest", tasks.longest(), this::longTask);
    return json.raw("}").toBytes();
  }

  private void totals(TaskTotals totals) {
    json.raw(", \"tasks\": {\"total\": ").number(totals.count());
    for (Lifecycle state : Lifecycle.values()) {
      number(state.label(), OptionalLong.of(totals.count(state)));
    }
    json.raw("}, \"attempts\": ").number(totals.attempts());
  }

  private void step(StepSummary step) {
    json.raw("{\"step_name\": ").string(step.name());
    number("created_at", OptionalLong.of(step.createdAt()));
    number("started_at", step.tasks().startedAt());
    number("finished_at", step.tasks().finishedAt());
    totals(step.tasks());
    json.raw("}");
  }

  private void failure(TaskStatus status) {
    attempt(status);
    number("failed_at", status.finishedAt());
    json.raw("}");
  }

  private void longTask(TaskStatus status) {
    attempt(status);
    json.raw(", \"state\": ").string(status.state().label());
    number("duration_ms", status.durationMs());
    json.raw("}");
  }

  private void attempt(TaskStatus status) {
    json.raw("{\"pathspec\": ").string(Pathspec.of(report.run(), status.task().row()));
    json.raw(", \"attempt\": ").number(status.task().progress().attempt());
  }

  private void number(String name, OptionalLong value) {
    json.raw(", \"" + name + "\": ");
    if (value.isPresent()) {
      json.number(value.getAsLong());
    } else {
      json.raw("null");
    }
  }

  private <T> void list(String name, List<T> items, Consumer<T> writer) {
    json.raw(", \"" + name + "\": [");
    String separator = "";
    for (T item : items) {
      json.raw(separator);
      writer.accept(item);
      separator = ", ";
    }
    json.raw("]");
  }
}
