package io.flowledger.deploy.cli.status;

import io.flowledger.deploy.cli.Colours;
import io.flowledger.deploy.cli.Table;
import io.flowledger.deploy.cli.Table.Cell;
import io.flowledger.deploy.cli.Times;
import io.flowledger.deploy.cli.Visible;
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

  String render(List<RunStatusAnswer> runs) {
    Table table = new Table(colours).heading("RUN", "STATUS", "DURATION", "BY", "WHEN", "TAGS");
    for (RunStatusAnswer run : runs) {
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
