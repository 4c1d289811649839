package io.flowledger.deploy.cli.migrate.move;

import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.EventLines;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.Kind;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.util.List;

/** Writes all that it is told as lines to import. */
final class LineWriter implements HistoryVisitor {

  /** Takes lines. */
  interface Lines {

    /**
     * @param rows how many rows of the other store are in it
     */
    void add(String line, int rows);
  }

  private final EventLines events;
  private final Lines lines;
  private final Tally tally;

  LineWriter(EventLines events, Lines lines, Tally tally) {
    this.events = events;
    this.lines = lines;
    this.tally = tally;
  }

  @Override
  public void flow(Flow flow) {
    tally.add(Kind.FLOW, 1);
    lines.add(events.flow(flow), 1);
  }

  @Override
  public void run(Run run) {
    tally.add(Kind.RUN, 1);
    lines.add(events.run(run), 1);
    heartbeat(run);
  }

  void heartbeat(Run run) {
    events.heartbeat(run).ifPresent(line -> lines.add(line, 0));
  }

  @Override
  public void step(Step step) {
    tally.add(Kind.STEP, 1);
    lines.add(events.step(step), 1);
  }

  @Override
  public void task(Task task) {
    tally.add(Kind.TASK, 1);
    lines.add(events.task(task), 1);
    heartbeat(task);
  }

  void heartbeat(Task task) {
    events.heartbeat(task).ifPresent(line -> lines.add(line, 0));
  }

  @Override
  public void metadata(TaskPath task, List<Metadata> rows) {
    tally.add(Kind.METADATA, rows.size());
    addAll(events.metadata(task, rows), rows.size());
  }

  @Override
  public void artifacts(TaskPath task, List<Artifact> rows) {
    tally.add(Kind.ARTIFACT, rows.size());
    addAll(events.artifacts(task, rows), rows.size());
  }

  private void addAll(List<String> added, int rows) {
    int left = rows;
    for (String line : added) {
      lines.add(line, left); // all of them with the first one
      left = 0;
    }
  }

  /** A change of the tags of a run. */
  void tags(Run run, List<String> removed, List<String> added, long now) {
    lines.add(events.tags(run, removed, added, now), 0);
  }
}
