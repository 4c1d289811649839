package io.flowledger.deploy.cli.migrate.postgres;

/** The queries, over the tables that the migrations of Metaflow's metadata service make. */
record Tables(String prefix) {

  private static final String OWNED = "user_name, ts_epoch, tags::text, system_tags::text";

  /**
   * @param schema in which the tables are; empty for the one that the connection is in
   */
  static Tables in(String schema) {
    return new Tables(schema.isEmpty() ? "" : '"' + schema.replace("\"", "\"\"") + "\".");
  }

  String table(String name) {
    return prefix + name + "_v3";
  }

  String flows() {
    return "SELECT " + OWNED + ", flow_id FROM " + table("flows") + " t";
  }

  String runs() {
    return "SELECT "
        + OWNED
        + ", flow_id, run_number, run_id, last_heartbeat_ts FROM "
        + table("runs")
        + " t";
  }

  String steps() {
    return "SELECT " + OWNED + ", flow_id, run_number, step_name FROM " + table("steps") + " t";
  }

  String tasks() {
    return "SELECT "
        + OWNED
        + ", flow_id, run_number, step_name, task_id, task_name, last_heartbeat_ts FROM "
        + table("tasks")
        + " t";
  }

  String metadata() {
    return "SELECT "
        + OWNED
        + ", flow_id, run_number, step_name, task_id, id, field_name, value, type FROM "
        + table("metadata")
        + " t";
  }

  String artifacts() {
    return "SELECT "
        + OWNED
        + ", flow_id, run_number, step_name, task_id, name, attempt_id, location, ds_type, sha,"
        + " type, content_type FROM "
        + table("artifact")
        + " t";
  }

  static String ofRun(String query, String order) {
    return query + " WHERE flow_id = ? AND run_number = ? ORDER BY " + order;
  }

  /**
   * Rows that a transaction has written which was not over at a moment, or has begun later: those
   * that are visible now are all that have come since, and may be some that were there. Whichever
   * numbers they have, and in whichever order they were committed.
   *
   * @param since the oldest transaction that was not over then
   */
  static String writtenSince(String query, long since, String order) {
    return "%s WHERE age(t.xmin) <= age('%d'::xid) ORDER BY %s".formatted(query, since, order);
  }

  /**
   * The same, but only behind a page: where nothing is deleted, rows are added at the end.
   *
   * @param page of the table
   */
  static String addedSince(String query, long since, long page, String order) {
    return "%s WHERE t.ctid >= '(%d,0)'::tid AND age(t.xmin) <= age('%d'::xid) ORDER BY %s"
        .formatted(query, page, since, order);
  }

  String pages(String name) {
    return "SELECT pg_relation_size('%s') / current_setting('block_size')::bigint"
        .formatted(table(name).replace("'", "''"));
  }

  /** Rows of a table whose run is not there, by run. */
  String withoutRun(String name) {
    return ("WITH g AS (SELECT flow_id, run_number, count(*) AS n FROM %s GROUP BY 1, 2)"
            + " SELECT g.flow_id, g.run_number, g.n FROM g LEFT JOIN %s r ON r.flow_id = g.flow_id"
            + " AND r.run_number = g.run_number WHERE r.flow_id IS NULL")
        .formatted(table(name), table("runs"));
  }

  /** How many rows there are, about. */
  String estimate(String name) {
    return "SELECT coalesce(max(reltuples), -1)::bigint FROM pg_class WHERE oid = '%s'::regclass"
        .formatted(table(name).replace("'", "''"));
  }

  String count(String name) {
    return "SELECT count(*) FROM " + table(name);
  }
}
