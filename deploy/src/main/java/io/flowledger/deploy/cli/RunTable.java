package io.flowledger.deploy.cli;

import io.flowledger.deploy.cli.Table.Cell;
import java.util.List;
import java.util.OptionalLong;

/** Runs for people, a line each. */
final class RunTable {

  private final Times times;
  private final Colours colours;

  RunTable(Times times, Colours colours) {
    this.times = times;
    this.colours = colours;
  }

  String render(List<RunStatus> runs) {
    Table table = new Table(colours).heading("RUN", "STATUS", "DURATION", "BY", "WHEN", "TAGS");
    for (RunStatus run : runs) {
      OptionalLong when = run.createdAt();
      table.row(
          Cell.of(Visible.all(run.pathspec().toString())),
          run.statusCell(),
          Cell.of(run.duration()),
          Cell.of(run.user()),
          Cell.of(when.isPresent() ? times.dateTime(when.getAsLong()) : ""),
          Cell.of(run.tags()));
    }
    return table.render();
  }
}
