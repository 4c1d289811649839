package io.flowledger.deploy.cli.migrate.postgres;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.FollowedHistory;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The history that Metaflow's metadata service keeps in PostgreSQL. The connection is read-only;
 * rows come from cursors of the server, so none is held that is not needed. A run is read as of one
 * moment.
 */
public final class PostgresHistory implements FollowedHistory {

  private static final int BATCH = 250;
  private static final long XIDS = 1L << 32;

  /** As far back as the ages of transactions tell for sure. */
  private static final long OLDEST = 1L << 30;

  /** Older than every other. */
  private static final long EVER = 0;

  /** Pages that are read again, for rows of transactions that have taken long. */
  private static final long PAGES_AGAIN = 64;

  private static final String BY_TASK = "task_id, ts_epoch, id";
  private static final String ARTIFACTS_BY_TASK = "task_id, ts_epoch, attempt_id, name";

  private final String name;
  private final ReadOnlyConnection database;
  private final Tables tables;
  private final Losses losses;
  private final PostgresRows rows;
  private final Map<String, Long> pagesSeen = new HashMap<>();

  private PostgresHistory(String name, ReadOnlyConnection database, Tables tables, Losses losses) {
    this.name = name;
    this.database = database;
    this.tables = tables;
    this.losses = losses;
    this.rows = new PostgresRows(losses);
  }

  /**
   * Connects.
   *
   * @param schema in which the tables are; empty for the one that the connection is in
   * @throws CommandFailure when that fails, or there are no such tables
   */
  public static PostgresHistory open(PostgresUrl url, String schema, Losses losses) {
    PostgresHistory history =
        new PostgresHistory(
            "postgres " + url + " " + schema,
            ReadOnlyConnection.open(url),
            Tables.in(schema),
            losses);
    history.check();
    return history;
  }

  /** Reads no row of each table: all that is read of them later is there. */
  private void check() {
    database.reading(
        () -> {
          for (String query :
              List.of(
                  tables.flows(),
                  tables.runs(),
                  tables.steps(),
                  tables.tasks(),
                  tables.metadata(),
                  tables.artifacts())) {
            database.number(query + " LIMIT 0");
          }
          return true;
        });
  }

  @Override
  public String name() {
    return name;
  }

  // ---- all that is there -----------------------------------------------------------------------

  @Override
  public List<Flow> flows() {
    return database.reading(
        () -> {
          List<Flow> flows = all(database.statement(tables.flows()), rows::flow);
          flows.sort(Comparator.comparing(Flow::flowId));
          return flows;
        });
  }

  @Override
  public List<Run> runs(String flowId, long after, int most) {
    return database.reading(
        () -> {
          PreparedStatement query =
              database.statement(
                  tables.runs()
                      + " WHERE flow_id = ? AND run_number > ? ORDER BY run_number LIMIT ?");
          query.setString(1, flowId);
          query.setLong(2, after);
          query.setInt(3, most);
          return all(query, rows::run);
        });
  }

  private static <T> List<T> all(PreparedStatement query, RowCursor.Reader<T> reader)
      throws SQLException {
    List<T> all = new ArrayList<>();
    try (RowCursor<T> cursor = new RowCursor<>(query, reader)) {
      cursor.each(all::add);
    }
    return all;
  }

  private PreparedStatement ofRun(Run run, String query, String order) throws SQLException {
    PreparedStatement statement = database.statement(Tables.ofRun(query, order));
    statement.setString(1, run.flowId());
    statement.setLong(2, run.number());
    return statement;
  }

  @Override
  public void outline(Run run, HistoryVisitor visitor) {
    database.reading(
        () -> {
          steps(run, visitor);
          try (RowCursor<Task> tasks = tasks(run)) {
            tasks.each(visitor::task);
          }
          return true;
        });
  }

  @Override
  public void contents(Run run, HistoryVisitor visitor) {
    database.reading(
        () -> {
          steps(run, visitor);
          try (RowCursor<Task> tasks = tasks(run);
              RowCursor<PostgresRows.OfTask<Metadata>> metadata =
                  new RowCursor<>(ofRun(run, tables.metadata(), BY_TASK), rows::metadata);
              RowCursor<PostgresRows.OfTask<Artifact>> artifacts =
                  new RowCursor<>(
                      ofRun(run, tables.artifacts(), ARTIFACTS_BY_TASK), rows::artifact)) {
            RowsOfTasks<Metadata> fields = new RowsOfTasks<>("metadata", metadata, losses);
            RowsOfTasks<Artifact> made = new RowsOfTasks<>("artifacts", artifacts, losses);
            for (Optional<Task> task = tasks.peek(); task.isPresent(); task = tasks.peek()) {
              TaskPath path = task.get().path();
              visitor.task(task.get());
              fields.of(path, BATCH, batch -> visitor.metadata(path, batch));
              made.of(path, BATCH, batch -> visitor.artifacts(path, batch));
              tasks.take();
            }
            fields.tellRest();
            made.tellRest();
          }
          return true;
        });
  }

  private void steps(Run run, HistoryVisitor visitor) throws SQLException {
    all(ofRun(run, tables.steps(), "ts_epoch, step_name"), rows::step).forEach(visitor::step);
  }

  private RowCursor<Task> tasks(Run run) throws SQLException {
    return new RowCursor<>(ofRun(run, tables.tasks(), "task_id"), rows::task);
  }

  // ---- what is new -----------------------------------------------------------------------------

  /** The oldest transaction that is not over. */
  @Override
  public String moment() {
    return database.reading(() -> Long.toString(oldest()));
  }

  private long oldest() throws SQLException {
    return database.number("SELECT txid_snapshot_xmin(txid_current_snapshot())");
  }

  @Override
  public String changes(String since, boolean thorough, HistoryVisitor visitor) {
    long before = Long.parseLong(since);
    return database.reading(
        () -> {
          long now = oldest();
          // A database that was restored elsewhere counts anew.
          boolean isTold = before <= now && now - before < OLDEST;
          long oldest = isTold ? before % XIDS : EVER;
          each(Tables.writtenSince(tables.flows(), oldest, "flow_id"), rows::flow, visitor::flow);
          each(Tables.writtenSince(tables.runs(), oldest, "run_number"), rows::run, visitor::run);
          each(
              Tables.writtenSince(tables.steps(), oldest, "run_number, ts_epoch"),
              rows::step,
              visitor::step);
          each(Tables.writtenSince(tables.tasks(), oldest, "task_id"), rows::task, visitor::task);
          newRows(
              added("metadata", tables.metadata(), BY_TASK, oldest, thorough),
              rows::metadata,
              visitor::metadata);
          newRows(
              added("artifact", tables.artifacts(), ARTIFACTS_BY_TASK, oldest, thorough),
              rows::artifact,
              visitor::artifacts);
          return Long.toString(now);
        });
  }

  private String added(String table, String query, String order, long oldest, boolean thorough)
      throws SQLException {
    long pages = database.number(tables.pages(table));
    Long seen = pagesSeen.put(table, pages);
    return thorough || seen == null
        ? Tables.writtenSince(query, oldest, order)
        : Tables.addedSince(query, oldest, Math.max(0, seen - PAGES_AGAIN), order);
  }

  private <T> void each(String query, RowCursor.Reader<T> reader, Consumer<T> visitor)
      throws SQLException {
    try (PreparedStatement statement = database.once(query);
        RowCursor<T> cursor = new RowCursor<>(statement, reader)) {
      cursor.each(visitor);
    }
  }

  private interface RowsVisitor<T> {
    void visit(TaskPath task, List<T> rows);
  }

  private <T> void newRows(
      String query, RowCursor.Reader<PostgresRows.OfTask<T>> reader, RowsVisitor<T> visitor)
      throws SQLException {
    try (PreparedStatement statement = database.once(query);
        RowCursor<PostgresRows.OfTask<T>> cursor = new RowCursor<>(statement, reader)) {
      RowsOfTasks<T> ofTasks = new RowsOfTasks<>("rows", cursor, losses);
      for (Optional<TaskPath> path = ofTasks.next(); path.isPresent(); path = ofTasks.next()) {
        TaskPath task = path.get();
        ofTasks.of(task, BATCH, batch -> visitor.visit(task, batch));
      }
    }
  }

  // ---- what is asked of it as a whole ----------------------------------------------------------

  @Override
  public void findOrphans() {
    database.reading(
        () -> {
          for (String table : List.of("steps", "tasks", "metadata", "artifact")) {
            try (PreparedStatement query = database.once(tables.withoutRun(table));
                ResultSet orphans = query.executeQuery()) {
              while (orphans.next()) {
                losses.refused(
                    orphans.getLong(3),
                    "%d rows of %s of %s/%d"
                        .formatted(
                            orphans.getLong(3),
                            tables.table(table),
                            orphans.getString(1),
                            orphans.getLong(2)),
                    "there is no such run");
              }
            }
          }
          return true;
        });
  }

  @Override
  public OptionalLong metadataWithin(long first, long last) {
    long id =
        database.reading(
            () ->
                database.number(
                    "SELECT id FROM %s WHERE id BETWEEN %d AND %d ORDER BY id LIMIT 1"
                        .formatted(tables.table("metadata"), first, last)));
    return id == 0 ? OptionalLong.empty() : OptionalLong.of(id);
  }

  @Override
  public long[] greatest() {
    return database.reading(
        () ->
            new long[] {
              database.number("SELECT max(run_number) FROM " + tables.table("runs")),
              database.number("SELECT max(task_id) FROM " + tables.table("tasks")),
              database.number("SELECT max(id) FROM " + tables.table("metadata"))
            });
  }

  @Override
  public long rows() {
    return database.reading(
        () -> {
          long all = 0;
          for (String table : List.of("flows", "runs", "steps", "tasks", "metadata", "artifact")) {
            long estimate = database.number(tables.estimate(table));
            all += estimate > 0 ? estimate : database.number(tables.count(table));
          }
          return all;
        });
  }

  @Override
  public void close() {
    database.close();
  }
}
