package io.flowledger.query.answer;

import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.text.JsonText;
import java.util.Optional;

/** Metaflow's names of objects, with the names that a scheduler gave where there are some. */
public final class Pathspec {

  private Pathspec() {}

  public static String of(RunRow run) {
    return run.flowId() + "/" + run.runId().orElseGet(() -> Long.toString(run.number()));
  }

  public static String of(RunRow run, TaskRow task) {
    String name = task.taskName().orElseGet(() -> Long.toString(task.id()));
    return of(run) + "/" + task.stepName() + "/" + name;
  }

  /** Appends {@code "flow_id": ..., "run_number": ...}. */
  public static void renderRun(RunRow run, JsonText json) {
    json.raw("\"flow_id\": ").string(run.flowId()).raw(", \"run_number\": ");
    renderIdentifier(run.runId(), run.number(), json);
  }

  /** Appends the name that a scheduler gave, or else the number. */
  public static void renderIdentifier(Optional<String> name, long number, JsonText json) {
    if (name.isPresent()) {
      json.string(name.get());
    } else {
      json.number(number);
    }
  }
}
