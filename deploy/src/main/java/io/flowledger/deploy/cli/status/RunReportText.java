package io.flowledger.deploy.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Colours;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Table;
import io.flowledger.deploy.cli.Table.Cell;
import io.flowledger.deploy.cli.Times;
import io.flowledger.deploy.cli.Tone;
import io.flowledger.deploy.cli.Visible;
import java.util.OptionalLong;

/** One run for people: how it stands, its steps, what failed, and what takes long. */
final class RunReportText {

  private static final String INDENT = "  ";
  private static final String PARAMETERS = "_parameters";

  private final RunStatusAnswer run;
  private final Times times;
  private final Colours colours;

  RunReportText(RunStatusAnswer run, Times times, Colours colours) {
    this.run = run;
    this.times = times;
    this.colours = colours;
  }

  String render() {
    return head() + steps() + failures() + longest();
  }

  private String head() {
    Table fields = new Table(colours, INDENT);
    String by = run.user().isEmpty() ? "" : " by " + run.user();
    fields.row("registered", when(run.json(), "created_at") + by);
    String ended = when(run.json(), "finished_at");
    if (!ended.isEmpty()) {
      fields.row("finished", ended);
    }
    if (!run.duration().isEmpty()) {
      fields.row("duration", run.duration());
    }
    OptionalLong heartbeat = Json.number(run.json(), "last_heartbeat_ts");
    if (heartbeat.isPresent()) {
      fields.row("heartbeat", times.dateTime(heartbeat.getAsLong() * 1000));
    }
    if (!run.tags().isEmpty()) {
      fields.row("tags", run.tags());
    }
    fields.row("tasks", tasks());
    return colours.paint(Tone.STRONG, Visible.all(run.pathspec().toString()))
        + INDENT
        + colours.paint(run.statusCell().tone(), run.statusCell().text())
        + "\n"
        + fields.render();
  }

  private String tasks() {
    JsonNode tasks = run.json().path("tasks");
    long total = Json.number(tasks, "total").orElse(0);
    long attempts = run.count("attempts").orElse(total);
    return total
        + (total == 0 ? "" : ": " + RunStatusAnswer.counts(tasks))
        + (attempts > total ? " (%d attempts)".formatted(attempts) : "");
  }

  private String steps() {
    Table table = new Table(colours).heading("STEP", "DURATION", "TASKS");
    JsonNode steps = run.json().path("steps");
    for (JsonNode step : steps) {
      String name = Json.text(step, "step_name").orElse("?");
      Tone tone = name.equals(PARAMETERS) ? Tone.FAINT : Tone.PLAIN;
      JsonNode tasks = step.path("tasks");
      table.row(
          new Cell(Visible.all(name), tone),
          new Cell(run.elapsed(step), tone),
          new Cell(
              RunStatusAnswer.counts(tasks),
              tone == Tone.FAINT ? tone : RunStatusAnswer.tone(tasks)));
    }
    return steps.isEmpty() ? "" : "\n" + table.render();
  }

  private String failures() {
    JsonNode failures = run.json().path("failures");
    if (failures.isEmpty()) {
      return "";
    }
    Table table = new Table(colours).heading("FAILED", "ATTEMPT", "WHEN");
    for (JsonNode failure : failures) {
      table.row(
          new Cell(text(failure, "pathspec"), Tone.BAD),
          Cell.of(text(failure, "attempt")),
          Cell.of(when(failure, "failed_at")));
    }
    long more = run.count("failures_total").orElse(0L) - failures.size();
    return "\n" + table.render() + (more > 0 ? "... and %d more\n".formatted(more) : "");
  }

  private String longest() {
    JsonNode longest = run.json().path("longest");
    if (longest.isEmpty()) {
      return "";
    }
    Table table = new Table(colours).heading("LONGEST", "ATTEMPT", "DURATION", "STATE");
    for (JsonNode attempt : longest) {
      String state = text(attempt, "state");
      OptionalLong duration = Json.number(attempt, "duration_ms");
      table.row(
          Cell.of(text(attempt, "pathspec")),
          Cell.of(text(attempt, "attempt")),
          Cell.of(duration.isPresent() ? Times.duration(duration.getAsLong()) : ""),
          new Cell(state, Tone.ofStatus(state)));
    }
    return "\n" + table.render();
  }

  private String when(JsonNode object, String field) {
    OptionalLong epochMs = Json.number(object, field);
    return epochMs.isPresent() ? times.dateTime(epochMs.getAsLong()) : "";
  }

  private static String text(JsonNode object, String field) {
    return Visible.all(Json.text(object, field).orElse(""));
  }
}
