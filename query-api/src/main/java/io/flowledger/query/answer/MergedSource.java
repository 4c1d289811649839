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
    new Merge(after).read(visitor);
  }

  /** A merge that can be read on where it was left, with the rows that are held by then. */
  final class Merge {
    private final PriorityQueue<Head<T, C>> heads =
        new PriorityQueue<>((a, b) -> order.compare(first(a), first(b)));
    private final Deque<Head<T, C>> unseen = new ArrayDeque<>(); // whose next row is not known

    Merge(Optional<C> after) {
      for (Listing.Source<T, C> source : sources) {
        unseen.add(new Head<>(source, place, after));
      }
    }

    /** Visits the rows that have not been visited, until the visitor has had enough. */
    void read(RowVisitor<T> visitor) {
      boolean goOn = true;
      while (goOn) {
        while (!unseen.isEmpty()) {
          Head<T, C> head = unseen.peek();
          if (head.peek() != null) {
            heads.add(head);
          }
          unseen.remove();
        }
        Head<T, C> head = heads.poll();
        if (head == null) {
          return;
        }
        unseen.add(head);
        goOn = visitor.visit(head.next());
      }
    }
  }

  private static <T, C> T first(Head<T, C> head) {
    return Objects.requireNonNull(head.peek(), "only heads with rows are queued");
  }
}
