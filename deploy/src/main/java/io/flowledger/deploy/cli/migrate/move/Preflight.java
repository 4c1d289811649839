package io.flowledger.deploy.cli.migrate.move;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.migrate.destination.Chunk;
import io.flowledger.deploy.cli.migrate.destination.Importer;
import io.flowledger.deploy.cli.migrate.destination.TargetReads;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.EventLines;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.FollowedHistory;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Looks, before anything is written, whether all flows, runs, steps and tasks could be what they
 * are: the server rehearses each of their registrations. Numbers of metadata are held against those
 * that the server gives itself.
 */
final class Preflight {

  private static final int PAGE = 500;

  /** Numbers beyond are not reserved: no sequence comes to them, or they are refused. */
  private static final long FARTHEST = 1L << 42;

  private final History history;
  private final Importer importer;
  private final TargetReads target;
  private final EventLines events;
  private final ProgressLine progress;
  private final List<String> above = new ArrayList<>();
  private final Map<String, Long> greatest = new TreeMap<>();
  private Chunk chunk = new Chunk();

  Preflight(
      History history,
      Importer importer,
      TargetReads target,
      EventLines events,
      ProgressLine progress) {
    this.history = history;
    this.importer = importer;
    this.target = target;
    this.events = events;
    this.progress = progress;
  }

  /**
   * Looks.
   *
   * @return the greatest numbers of runs and tasks, by the sequences that they would be of
   * @throws CommandFailure that says what collides
   */
  Map<String, Long> run() {
    for (Flow flow : history.flows()) {
      above.clear();
      addAbove(events.flow(flow));
      long after = Long.MIN_VALUE;
      List<Run> runs;
      do {
        runs = history.runs(flow.flowId(), after, PAGE);
        for (Run run : runs) {
          above.subList(1, above.size()).clear();
          after = run.number();
          note("runs", after);
          if (!isMovedBefore(run)) {
            addAbove(events.run(run));
            history.outline(run, new Outline());
          }
        }
      } while (runs.size() == PAGE);
    }
    rehearse();
    checkMetadata();
    return greatest;
  }

  private void note(String sequence, long number) {
    if (number > 0 && number < FARTHEST) {
      greatest.merge(sequence, number, Math::max);
    }
  }

  /** Without its time it cannot be held against the one that is there: it is by its number. */
  private boolean isMovedBefore(Run run) {
    return !history.keepsTimes() && target.run(run.flowId(), run.number()).isPresent();
  }

  private void addAbove(String line) {
    above.add(line);
    add(line);
  }

  private void add(String line) {
    chunk.add(line, 1);
    progress.add(1);
    if (chunk.isFull()) {
      rehearse();
      above.forEach(again -> chunk.add(again, 0)); // what comes is below these
    }
  }

  private void rehearse() {
    importer.rehearse(chunk);
    chunk = new Chunk();
  }

  private void checkMetadata() {
    if (!(history instanceof FollowedHistory rows)) {
      return; // those that are told over HTTP are rehearsed with what they are of
    }
    List<long[]> given = importer.rehearse(new Chunk()).given().getOrDefault("metadata", List.of());
    for (long[] range : given) {
      OptionalLong id = rows.metadataWithin(range[0], range[1]);
      if (id.isPresent()) {
        throw CommandFailure.failed(
            ("nothing is moved, since number %d of metadata is one that the installation gives"
                    + " itself: it has those from %d to %d")
                .formatted(id.getAsLong(), range[0], range[1]));
      }
    }
  }

  private final class Outline implements HistoryVisitor {

    @Override
    public void flow(Flow flow) {}

    @Override
    public void run(Run run) {}

    @Override
    public void step(Step step) {
      addAbove(events.step(step));
    }

    @Override
    public void task(Task task) {
      note("tasks", task.path().task());
      add(events.task(task));
    }

    @Override
    public void metadata(TaskPath task, List<Metadata> rows) {}

    @Override
    public void artifacts(TaskPath task, List<Artifact> rows) {}
  }
}
