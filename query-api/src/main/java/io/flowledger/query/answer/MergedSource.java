package io.flowledger.query.answer;

import io.flowledger.projector.row.RowVisitor;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Merges sources of the same order into one, holding a few rows of each.
 *
 * @param sources each in the order
 * @param order of the rows
 * @param place of a row in that order
 * @param <T> rows
 * @param <C> places
 */
public record MergedSource<T, C>(
    List<Listing.Source<T, C>> sources, Comparator<T> order, Function<T, C> place)
    implements Listing.Source<T, C> {

  private static final int ROWS_HELD = 64;

  /** A source and the rows of it that are held. */
  private static final class Head<T, C> {
    private final Listing.Source<T, C> source;
    private final Function<T, C> place;
    private final Deque<T> rows = new ArrayDeque<>();
    private Optional<C> last;
    private boolean exhausted;

    Head(Listing.Source<T, C> source, Function<T, C> place, Optional<C> after) {
      this.source = source;
      this.place = place;
      this.last = after;
    }

    @Nullable T peek() {
      if (rows.isEmpty() && !exhausted) {
        source.scan(
            last,
            row -> {
              rows.add(row);
              return rows.size() < ROWS_HELD;
            });
        exhausted = rows.size() < ROWS_HELD;
      }
      return rows.peek();
    }

    T next() {
      T row = rows.remove();
      last = Optional.of(place.apply(row));
      return row;
    }
  }

  @Override
  public void scan(Optional<C> after, RowVisitor<T> visitor) {
    PriorityQueue<Head<T, C>> heads =
        new PriorityQueue<>((a, b) -> order.compare(first(a), first(b)));
    for (Listing.Source<T, C> source : sources) {
      offer(heads, new Head<>(source, place, after));
    }
    for (Head<T, C> head = heads.poll(); head != null; head = heads.poll()) {
      if (!visitor.visit(head.next())) {
        return;
      }
      offer(heads, head);
    }
  }

  private static <T, C> T first(Head<T, C> head) {
    return Objects.requireNonNull(head.peek(), "only heads with rows are queued");
  }

  private static <T, C> void offer(PriorityQueue<Head<T, C>> heads, Head<T, C> head) {
    if (head.peek() != null) {
      heads.add(head);
    }
  }
}
