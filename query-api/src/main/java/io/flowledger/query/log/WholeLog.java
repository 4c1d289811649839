package io.flowledger.query.log;

import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.Verdict;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.event.HistoryEvent;
import io.flowledger.schemas.Position;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * All records of some partitions of the log as it was when this was made, partition after
 * partition, some at a time.
 *
 * @param ends the last offset of each partition, -1 for none
 * @param row of an event
 */
record WholeLog(
    ReadModel readModel, SortedMap<Integer, Long> ends, Function<HistoryEvent, LogRow> row)
    implements Listing.Source<LogRow, Position> {

  private static final int RECORDS_PER_READ = 1024;

  /**
   * @throws ViewUnavailableException when a partition is not here
   */
  static WholeLog of(
      ReadModel readModel, List<Integer> partitions, Function<HistoryEvent, LogRow> row) {
    SortedMap<Integer, Long> ends = new TreeMap<>();
    partitions.forEach(partition -> ends.put(partition, readModel.view(partition).head().offset()));
    return new WholeLog(readModel, ends, row);
  }

  @Override
  public void scan(Optional<Position> after, RowVisitor<LogRow> visitor) {
    int first = after.map(Position::partition).orElse(0);
    for (int partition : ends.tailMap(first).keySet()) {
      boolean goesOn = after.isPresent() && after.get().partition() == partition;
      if (!new Pass(partition, visitor).read(goesOn ? after.get().offset() + 1 : 0)) {
        return;
      }
    }
  }

  /** The reading of a partition. */
  private final class Pass {
    private final int partition;
    private final RowVisitor<LogRow> visitor;
    private final View view;
    private long next;
    private boolean goOn = true;

    Pass(int partition, RowVisitor<LogRow> visitor) {
      this.partition = partition;
      this.visitor = visitor;
      this.view = readModel.view(partition);
    }

    /** Whether the visitor wants more. */
    boolean read(long from) {
      long end = Objects.requireNonNull(ends.get(partition)) + 1;
      next = from;
      while (goOn && next < end) {
        long to = Math.min(next + RECORDS_PER_READ, end);
        readModel.events(partition, LongStream.range(next, to).toArray(), this::visit);
        tellUnreadable(to);
      }
      return goOn;
    }

    private boolean visit(LoggedEvent event) {
      tellUnreadable(event.offset());
      if (goOn) {
        next = event.offset() + 1;
        Verdict verdict = view.verdict(event.offset());
        goOn = visitor.visit(row.apply(new HistoryEvent(partition, event, verdict)));
      }
      return goOn;
    }

    /** Those before an offset that are no events: the view knows why. */
    private void tellUnreadable(long before) {
      for (; goOn && next < before; next++) {
        if (view.verdict(next) instanceof Verdict.Rejected rejected) {
          goOn =
              visitor.visit(
                  new LogRow.Unreadable(Position.event(partition, next), rejected.reason()));
        }
      }
    }
  }
}
