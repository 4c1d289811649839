package io.flowledger.deploy.cli.migrate.postgres;

import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Rows that are of tasks, in the order of these: those of no task are told. */
final class RowsOfTasks<T> {

  private final String what;
  private final RowCursor<PostgresRows.OfTask<T>> rows;
  private final Losses losses;

  /**
   * @param what the rows are, for people
   */
  RowsOfTasks(String what, RowCursor<PostgresRows.OfTask<T>> rows, Losses losses) {
    this.what = what;
    this.rows = rows;
    this.losses = losses;
  }

  /** The task of the next row. */
  Optional<TaskPath> next() throws SQLException {
    return rows.peek().map(PostgresRows.OfTask::path);
  }

  /** Visits the rows of the next task, so many at a time; those of tasks before it are lost. */
  void of(TaskPath task, int most, Consumer<List<T>> visitor) throws SQLException {
    List<T> batch = new ArrayList<>();
    for (Optional<PostgresRows.OfTask<T>> next = rows.peek();
        next.isPresent() && next.get().path().task() <= task.task();
        next = rows.peek()) {
      if (next.get().path().equals(task)) {
        batch.add(next.get().row());
        rows.take();
      } else {
        lose(next.get().path());
      }
      if (batch.size() == most) {
        visitor.accept(batch);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      visitor.accept(batch);
    }
  }

  /** Those that are left are of no task. */
  void tellRest() throws SQLException {
    for (Optional<TaskPath> next = next(); next.isPresent(); next = next()) {
      lose(next.get());
    }
  }

  /** All that follow each other of a task that is not there. */
  private void lose(TaskPath task) throws SQLException {
    long count = 0;
    while (next().filter(task::equals).isPresent()) {
      count++;
      rows.take();
    }
    losses.refused(count, "%d %s of task %s".formatted(count, what, task), "there is no such task");
  }
}
