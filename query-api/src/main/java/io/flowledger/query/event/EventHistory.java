package io.flowledger.query.event;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.query.answer.Listing;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * The events of an object in the order of the log: their offsets by the index of the view, they
 * themselves from the log, some at a time. Its places are offsets.
 *
 * @param wanted which of the indexed events to read
 */
public record EventHistory(
    ReadModel readModel, int partition, HistoryScope scope, Predicate<IndexedEvent> wanted)
    implements Listing.Source<HistoryEvent, Long> {

  private static final int FIRST_READ = 64;
  private static final int MOST_READ = 1024;

  @Override
  public void scan(Optional<Long> after, RowVisitor<HistoryEvent> visitor) {
    View view = readModel.view(partition);
    long from = after.map(offset -> offset + 1).orElse(0L);
    boolean[] goOn = {true};
    for (int size = FIRST_READ; goOn[0]; size = Math.min(size * 2, MOST_READ)) {
      long[] offsets = offsets(view, from, size);
      readModel.events(
          partition,
          offsets,
          event -> {
            if (scope.holds().test(event.envelope())) {
              goOn[0] =
                  visitor.visit(new HistoryEvent(partition, event, view.verdict(event.offset())));
            }
            return goOn[0];
          });
      if (offsets.length < size) {
        return;
      }
      from = offsets[size - 1] + 1;
    }
  }

  private long[] offsets(View view, long from, int most) {
    LongStream.Builder offsets = LongStream.builder();
    int[] count = {0};
    scope
        .index()
        .scan(
            view,
            from,
            event -> {
              if (scope.mayHold().test(event) && wanted.test(event)) {
                offsets.add(event.offset());
                count[0]++;
              }
              return count[0] < most;
            });
    return offsets.build().toArray();
  }
}
