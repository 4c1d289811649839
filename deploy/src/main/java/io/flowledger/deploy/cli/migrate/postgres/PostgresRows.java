package io.flowledger.deploy.cli.migrate.postgres;

import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Tags;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the tables as they are read. The tables that the service makes itself take no null where
 * one is told here; those of others may.
 */
final class PostgresRows {

  private static final int USER = 1;
  private static final int TIME = 2;
  private static final int TAGS = 3;
  private static final int SYSTEM_TAGS = 4;
  private static final int FLOW = 5;
  private static final int RUN = 6;
  private static final int STEP = 7;
  private static final int TASK = 8;

  /** Where the columns begin that a table has for itself, behind those that name a task. */
  private static final int OWN = 9;

  private final Losses losses;

  PostgresRows(Losses losses) {
    this.losses = losses;
  }

  /**
   * A row that is of a task.
   *
   * @param row metadata or an artifact
   */
  record OfTask<T>(TaskPath path, T row) {}

  Optional<Flow> flow(ResultSet row) throws SQLException {
    String flowId = row.getString(FLOW);
    return timed(row, "flow " + flowId)
        .map(owned -> new Flow(flowId, owned.user, owned.tsEpoch, owned.tags, owned.systemTags));
  }

  Optional<Run> run(ResultSet row) throws SQLException {
    String flowId = row.getString(FLOW);
    long number = row.getLong(RUN);
    String runId = row.getString(STEP);
    Long heartbeat = number(row, TASK);
    return timed(row, "run %s/%d".formatted(flowId, number))
        .map(
            owned ->
                new Run(
                    flowId,
                    number,
                    runId,
                    owned.user,
                    owned.tsEpoch,
                    Tags.orNone(owned.tags),
                    Tags.orNone(owned.systemTags),
                    heartbeat));
  }

  Optional<Step> step(ResultSet row) throws SQLException {
    String flowId = row.getString(FLOW);
    long run = row.getLong(RUN);
    String name = row.getString(STEP);
    return timed(row, "step %s/%d/%s".formatted(flowId, run, name))
        .map(
            owned ->
                new Step(
                    flowId, run, name, owned.user, owned.tsEpoch, owned.tags, owned.systemTags));
  }

  Optional<Task> task(ResultSet row) throws SQLException {
    TaskPath path = path(row);
    String name = row.getString(OWN);
    Long heartbeat = number(row, OWN + 1);
    return timed(row, "task " + path)
        .map(
            owned ->
                new Task(
                    path,
                    name,
                    owned.user,
                    owned.tsEpoch,
                    owned.tags,
                    owned.systemTags,
                    heartbeat));
  }

  Optional<OfTask<Metadata>> metadata(ResultSet row) throws SQLException {
    TaskPath path = path(row);
    long id = row.getLong(OWN);
    String field = row.getString(OWN + 1);
    String value = row.getString(OWN + 2);
    String type = row.getString(OWN + 3);
    String what = "metadata %d of task %s".formatted(id, path);
    if (field == null || value == null || type == null) {
      losses.refused(what, "its name, value or type is null");
      return Optional.empty();
    }
    return timed(row, what)
        .map(
            owned ->
                new OfTask<>(
                    path,
                    new Metadata(
                        id,
                        field,
                        value,
                        type,
                        owned.user,
                        owned.tsEpoch,
                        owned.tags,
                        owned.systemTags)));
  }

  Optional<OfTask<Artifact>> artifact(ResultSet row) throws SQLException {
    TaskPath path = path(row);
    String name = row.getString(OWN);
    int attempt = row.getInt(OWN + 1);
    String location = row.getString(OWN + 2);
    String dsType = row.getString(OWN + 3);
    String sha = row.getString(OWN + 4);
    String type = row.getString(OWN + 5);
    String contentType = row.getString(OWN + 6);
    String what = "artifact %s of attempt %d of task %s".formatted(name, attempt, path);
    if (name == null || location == null || dsType == null) {
      losses.refused(what, "its name, location or ds_type is null");
      return Optional.empty();
    }
    return timed(row, what)
        .map(
            owned ->
                new OfTask<>(
                    path,
                    new Artifact(
                        name,
                        attempt,
                        location,
                        dsType,
                        sha,
                        type,
                        contentType,
                        owned.user,
                        owned.tsEpoch,
                        owned.tags,
                        owned.systemTags)));
  }

  private static TaskPath path(ResultSet row) throws SQLException {
    return new TaskPath(
        row.getString(FLOW), row.getLong(RUN), row.getString(STEP), row.getLong(TASK));
  }

  private static @Nullable Long number(ResultSet row, int column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? null : number;
  }

  /** What all rows have. */
  private record Owned(
      @Nullable String user,
      long tsEpoch,
      @Nullable List<String> tags,
      @Nullable List<String> systemTags) {}

  private Optional<Owned> timed(ResultSet row, String what) throws SQLException {
    Long tsEpoch = number(row, TIME);
    if (tsEpoch == null) {
      losses.refused(what, "its ts_epoch is null");
      return Optional.empty();
    }
    return Optional.of(
        new Owned(
            row.getString(USER),
            tsEpoch,
            Tags.parse(row.getString(TAGS), how -> losses.changed(what, how)),
            Tags.parse(row.getString(SYSTEM_TAGS), how -> losses.changed(what, how))));
  }
}
