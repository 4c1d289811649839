package io.flowledger.projector.audit;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** How far an audit is, in words for whoever waits for it. */
final class AuditProgress {

  private static final double NANOS = 1e9;
  private static final int PERCENT = 100;

  /** So many rows are compared in the time that one record is replayed. */
  private static final double ROWS_PER_RECORD = 8;

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final LongAdder expectedRecords = new LongAdder();
  private final LongAdder records = new LongAdder();
  private final LongAdder expectedRows = new LongAdder();
  private final LongAdder rows = new LongAdder();

  AuditProgress(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  void expectRecords(long more) {
    expectedRecords.add(more);
  }

  void expectRows(long more) {
    expectedRows.add(more);
  }

  void records(long more) {
    records.add(more);
  }

  void rows(long more) {
    rows.add(more);
  }

  /**
   * {@code replayed 1,200,000 of 5,000,000 records (24 %), 150,000/s, compared 0 of about
   * 30,000,000 rows, 58 s left}.
   */
  @Override
  public String toString() {
    long totalRecords = expectedRecords.sum();
    long replayed = Math.min(records.sum(), totalRecords);
    long totalRows = expectedRows.sum();
    long compared = Math.min(rows.sum(), totalRows);
    double seconds = Math.max((nanoTime.getAsLong() - startNanos) / NANOS, 1e-3);
    double done = replayed + compared / ROWS_PER_RECORD;
    double toDo = totalRecords + totalRows / ROWS_PER_RECORD - done;
    return String.format(
        Locale.ROOT,
        "replayed %,d of %,d records (%d %%), %,.0f/s, compared %,d of about %,d rows%s",
        replayed,
        totalRecords,
        totalRecords == 0 ? PERCENT : replayed * PERCENT / totalRecords,
        replayed / seconds,
        compared,
        totalRows,
        done == 0 ? "" : String.format(Locale.ROOT, ", %.0f s left", toDo * seconds / done));
  }
}
