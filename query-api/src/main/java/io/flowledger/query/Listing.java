package io.flowledger.query;

import io.flowledger.projector.readmodel.Sink;
import io.flowledger.projector.readmodel.View;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

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
record Listing<T, C>(
    Source<T, C> source, Function<T, C> place, Predicate<T> filter, Renderer<T> renderer) {

  private static final int STRETCH_ROWS = 5_000;

  /** Rows in order. Scans a view, so it is for threads that may block. */
  @FunctionalInterface
  interface Source<T, C> {
    /** Visits the rows after a place, from the first one where none is given. */
    void scan(Optional<C> after, View.Visitor<T> visitor);

    static <T, C> Source<T, C> empty() {
      return (after, visitor) -> {};
    }
  }

  /** Writes a row as JSON. */
  @FunctionalInterface
  interface Renderer<T> {
    void render(T row, Sink sink);
  }

  static <T, C> Listing<T, C> all(Source<T, C> source, Function<T, C> place, Renderer<T> renderer) {
    return new Listing<>(source, place, row -> true, renderer);
  }

  /** Whether a scan came to the end of its rows, and the place of the last one that it visited. */
  record Reached<C>(boolean end, Optional<C> last) {}

  /**
   * Visits the rows that are shown, until the visitor has had enough. Reads in stretches, since a
   * scan keeps its view from being closed.
   */
  Reached<C> scanShown(Optional<C> after, View.Visitor<T> visitor) {
    Stretch<T, C> stretch = new Stretch<>(this, visitor, after);
    do {
      stretch.visited = 0;
      stretch.stopped = false;
      source.scan(stretch.last, stretch);
    } while (stretch.stopped && !stretch.enough);
    return new Reached<>(!stretch.enough, stretch.last);
  }

  private static final class Stretch<T, C> implements View.Visitor<T> {
    private final Listing<T, C> listing;
    private final View.Visitor<T> visitor;
    private Optional<C> last;
    private int visited;
    private boolean enough;
    private boolean stopped;

    Stretch(Listing<T, C> listing, View.Visitor<T> visitor, Optional<C> after) {
      this.listing = listing;
      this.visitor = visitor;
      this.last = after;
    }

    @Override
    public boolean visit(T row) {
      last = Optional.of(listing.place().apply(row));
      enough = listing.filter().test(row) && !visitor.visit(row);
      stopped = enough || ++visited >= STRETCH_ROWS;
      return !stopped;
    }
  }
}
