package io.flowledger.query.answer;

import io.flowledger.projector.readmodel.Patience;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.text.Sink;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A listing: where its rows come from, which of them it shows, and how.
 *
 * @param source of the rows, in their order
 * @param place of a row in that order
 * @param filter which rows are shown
 * @param renderer how
 * @param <T> rows
 * @param <C> places
 */
public record Listing<T, C>(
    Source<T, C> source, Function<T, C> place, Predicate<T> filter, Renderer<T> renderer) {

  private static final int STRETCH_ROWS = 5_000;

  static final Duration ENDLESS = Duration.ofNanos(Long.MAX_VALUE);

  /** Rows in order. Scans a view, so it is for threads that may block. */
  @FunctionalInterface
  public interface Source<T, C> {
    /** Visits the rows after a place, from the first one where none is given. */
    void scan(Optional<C> after, RowVisitor<T> visitor);

    static <T, C> Source<T, C> empty() {
      return (after, visitor) -> {};
    }
  }

  /** Writes a row as JSON. */
  @FunctionalInterface
  public interface Renderer<T> {
    public void render(T row, Sink sink);

    /** Writes what belongs behind the last row. */
    default void finish(Sink sink) {}
  }

  public static <T, C> Listing<T, C> all(
      Source<T, C> source, Function<T, C> place, Renderer<T> renderer) {
    return new Listing<>(source, place, row -> true, renderer);
  }

  /** The listing of what is in a parent; empty where the parent is not there. */
  public static <P, T, C> Listing<T, C> ofFound(
      Optional<P> parent, Function<P, Listing<T, C>> listing, Function<T, C> place) {
    return parent
        .map(listing)
        .orElseGet(() -> Listing.all(Source.empty(), place, (row, sink) -> {}));
  }

  /**
   * Visits the rows that are shown, until the visitor has had enough. Reads in stretches, since a
   * scan keeps its view from being closed.
   */
  public void scanShown(Optional<C> after, RowVisitor<T> visitor) {
    scanShown(after, visitor, ENDLESS);
  }

  /**
   * The same for some time.
   *
   * @return where it goes on; empty when it is over
   */
  Optional<C> scanShown(Optional<C> after, RowVisitor<T> visitor, Duration time) {
    long begin = System.nanoTime();
    Optional<C> from = after;
    while (true) {
      Stretch<T> stretch = new Stretch<>(filter, visitor, begin, time.toNanos());
      source.scan(from, stretch);
      if (!stretch.isCutOff()) {
        return Optional.empty();
      }
      from = Optional.of(place.apply(stretch.last()));
      if (stretch.isLate()) {
        return from;
      }
    }
  }

  private static final class Stretch<T> implements RowVisitor<T> {
    private final Predicate<T> filter;
    private final RowVisitor<T> visitor;
    private final long begin;
    private final long nanos;
    private @Nullable T last; // where it is cut off
    private int visited;
    private boolean late;

    Stretch(Predicate<T> filter, RowVisitor<T> visitor, long begin, long nanos) {
      this.filter = filter;
      this.visitor = visitor;
      this.begin = begin;
      this.nanos = nanos;
    }

    @Override
    public boolean visit(T row) {
      Patience.check();
      if (filter.test(row) && !visitor.visit(row)) {
        return false;
      }
      late = System.nanoTime() - begin >= nanos;
      if (++visited < STRETCH_ROWS && !late) {
        return true;
      }
      last = row;
      return false;
    }

    boolean isCutOff() {
      return last != null;
    }

    boolean isLate() {
      return late;
    }

    T last() {
      return Objects.requireNonNull(last, "only asked for where it is cut off");
    }
  }
}
