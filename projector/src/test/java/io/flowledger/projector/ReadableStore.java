package io.flowledger.projector;

import io.flowledger.projector.store.RocksTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Notes what a store reports, and keeps the table that it made readable. */
public final class ReadableStore implements ViewStore.Listener {

  /** What a store reported. */
  public sealed interface Report {
    record Live(int partition, long applied, long target) implements Report {}

    record Applied(int partition, long offset) implements Report {}

    record Closed(int partition) implements Report {}
  }

  private final List<Report> reports = new ArrayList<>();
  private @Nullable RocksTable table;

  List<Report> reports() {
    return reports;
  }

  RocksTable table() {
    return Objects.requireNonNull(table, "not live");
  }

  @Override
  public void live(int partition, ViewStore.Snapshot state) {
    table = state.table();
    reports.add(new Report.Live(partition, state.applied(), state.target()));
  }

  @Override
  public void applied(int partition, long offset) {
    reports.add(new Report.Applied(partition, offset));
  }

  @Override
  public void closed(int partition) {
    reports.add(new Report.Closed(partition));
  }
}
