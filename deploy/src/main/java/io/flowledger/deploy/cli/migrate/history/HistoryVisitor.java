package io.flowledger.deploy.cli.migrate.history;

import java.util.List;

/** Is told what a history holds: what something is in comes before it. */
public interface HistoryVisitor {

  void flow(Flow flow);

  void run(Run run);

  void step(Step step);

  void task(Task task);

  /** Some of the metadata of a task, ascending by time. */
  void metadata(TaskPath task, List<Metadata> rows);

  /** Some of the artifacts of a task, ascending by time. */
  void artifacts(TaskPath task, List<Artifact> rows);
}
