package io.flowledger.deploy.cli.migrate.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;

/** Rows of a query as they come, the next one of which can be looked at before it is taken. */
final class RowCursor<T> implements AutoCloseable {

  /** Reads the row that a result is at. */
  interface Reader<T> {
    /** Empty for a row that cannot be taken over. */
    Optional<T> read(ResultSet row) throws SQLException;
  }

  private final ResultSet rows;
  private final Reader<T> reader;
  private Optional<T> next = Optional.empty();
  private boolean ended;

  RowCursor(PreparedStatement query, Reader<T> reader) throws SQLException {
    this.rows = query.executeQuery();
    this.reader = reader;
  }

  /** The next row, which stays the next one. */
  Optional<T> peek() throws SQLException {
    while (next.isEmpty() && !ended) {
      if (rows.next()) {
        next = reader.read(rows);
      } else {
        ended = true;
      }
    }
    return next;
  }

  /** Takes it. */
  void take() {
    next = Optional.empty();
  }

  /** Takes all that are left. */
  void each(Consumer<T> visitor) throws SQLException {
    for (Optional<T> row = peek(); row.isPresent(); row = peek()) {
      visitor.accept(row.get());
      take();
    }
  }

  @Override
  public void close() throws SQLException {
    rows.close();
  }
}
