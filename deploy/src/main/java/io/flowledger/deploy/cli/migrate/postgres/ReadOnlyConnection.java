package io.flowledger.deploy.cli.migrate.postgres;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Visible;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * A connection that only reads: what is read together is read as of one moment, and rows come from
 * cursors of the server, so many at a time.
 */
final class ReadOnlyConnection implements AutoCloseable {

  /** A row may have a megabyte, and there are cursors for three tables at once. */
  private static final String UNDEFINED_TABLE = "42P01"; // its SQLSTATE

  private static final int FETCHED = 250;

  private final PostgresUrl url;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private ReadOnlyConnection(PostgresUrl url, Connection connection) {
    this.url = url;
    this.connection = connection;
  }

  /**
   * Connects.
   *
   * @throws CommandFailure when that fails
   */
  static ReadOnlyConnection open(PostgresUrl url) {
    try {
      Connection connection = DriverManager.getConnection(url.jdbc(), url.settings());
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return new ReadOnlyConnection(url, connection);
    } catch (SQLException e) {
      throw failure("cannot connect to " + url, e);
    }
  }

  private static CommandFailure failure(String what, SQLException e) {
    if (UNDEFINED_TABLE.equals(e.getSQLState())) {
      return CommandFailure.failed(
          what
              + ": it has no tables of Metaflow's metadata service where they are looked for; is it"
              + " another database, or another --schema?");
    }
    if (e.getCause() instanceof UnknownHostException unknown) {
      return CommandFailure.failed(what + ": no host is called " + unknown.getMessage());
    }
    return CommandFailure.failed(
        what + ": " + Visible.shortened(String.valueOf(e.getMessage()).replace('\n', ' ')));
  }

  /** Reads within one transaction. */
  interface Reading<T> {
    T read() throws SQLException;
  }

  /**
   * Reads something as of one moment.
   *
   * @throws CommandFailure when that fails
   */
  <T> T reading(Reading<T> reading) {
    try {
      T result = reading.read();
      connection.commit(); // ends it: it has written nothing
      return result;
    } catch (SQLException e) {
      throw failure("cannot read " + url, e);
    }
  }

  /** A query that is asked again and again. */
  PreparedStatement statement(String query) throws SQLException {
    PreparedStatement statement = statements.get(query);
    if (statement == null) {
      statement = once(query);
      statements.put(query, statement);
    }
    return statement;
  }

  PreparedStatement once(String query) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(query);
    statement.setFetchSize(FETCHED);
    return statement;
  }

  /** The number that a query answers; 0 where it answers none. */
  long number(String query) throws SQLException {
    try (PreparedStatement statement = once(query);
        ResultSet result = statement.executeQuery()) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure("cannot leave " + url, e);
    }
  }
}
