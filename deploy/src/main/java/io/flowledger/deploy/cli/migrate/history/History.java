package io.flowledger.deploy.cli.migrate.history;

import java.util.List;

/** A history in another store. What cannot be read of it is told to its {@link Losses}. */
public interface History extends AutoCloseable {

  /** What it is, without secrets: another history has another name. */
  String name();

  /** All flows, ascending by name. What is below them is read anew from then on. */
  List<Flow> flows();

  /**
   * Runs of a flow, ascending by number.
   *
   * @param after only those with greater numbers
   * @param most how many at most
   */
  List<Run> runs(String flowId, long after, int most);

  /** Visits the steps of a run, then its tasks, each with its metadata and artifacts. */
  void contents(Run run, HistoryVisitor visitor);

  /** The same, but only steps and tasks. */
  void outline(Run run, HistoryVisitor visitor);

  /** Whether the time of a run stays what it was when its tags are changed. */
  default boolean keepsTimes() {
    return true;
  }

  /** How many rows there are, about; 0 where that is not known. */
  long rows();

  @Override
  void close();
}
