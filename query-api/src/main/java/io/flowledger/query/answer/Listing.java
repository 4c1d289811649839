package io.flowledger.query.answer;

import io.flowledger.projector.readmodel.Patience;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.text.Sink;
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
    Stretch<T> stretch = new Stretch<>(filter, visitor);
    source.scan(after, stretch);
    while (stretch.isCutOff()) {
      Optional<C> last = Optional.of(place.apply(stretch.last()));
      stretch = new Stretch<>(filter, visitor);
      source.scan(last, stretch);
    }
  }

  private static final class Stretch<T> implements RowVisitor<T> {
    private final Predicate<T> filter;
    private final RowVisitor<T> visitor;
    private @Nullable T last; // where it is cut off
    private int visited;

    Stretch(Predicate<T> filter, RowVisitor<T> visitor) {
      this.filter = filter;
      this.visitor = visitor;
    }

    @Override
    public boolean visit(T row) {
      Patience.check();
      if (filter.test(row) && !visitor.visit(row)) {
        return false;
      }
      if (++visited < STRETCH_ROWS) {
        return true;
      }
      last = row;
      return false;
    }

    boolean isCutOff() {
      return last != null;
    }

    T last() {
      return Objects.requireNonNull(last, "only asked for where it is cut off");
    }
  }
}
