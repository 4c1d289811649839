package io.flowledger.query.answer;

import io.flowledger.projector.row.RowVisitor;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/**
 * What another node has of a listing, fetched some rows at a time. It is read on where it was left,
 * so what has been fetched and not been visited is kept.
 *
 * @param <C> places
 */
final class PartOfOther<C> implements Listing.Source<ShownRow<C>, C> {

  private final Function<Optional<C>, Buffer> fetch;
  private final Function<String, C> parse;
  private final int rowsPerFetch;
  private final Deque<ShownRow<C>> fetched = new ArrayDeque<>();
  private Optional<C> left = Optional.empty(); // the last place that was visited
  private boolean last; // nothing comes behind what is fetched

  /**
   * @param fetch the rows behind a place; blocks
   * @param parse the text of a place
   * @param rowsPerFetch fewer are the last ones
   */
  PartOfOther(Function<Optional<C>, Buffer> fetch, Function<String, C> parse, int rowsPerFetch) {
    this.fetch = fetch;
    this.parse = parse;
    this.rowsPerFetch = rowsPerFetch;
  }

  @Override
  public void scan(Optional<C> after, RowVisitor<ShownRow<C>> visitor) {
    if (!after.equals(left)) {
      fetched.clear();
      last = false;
      left = after;
    }
    boolean goOn = true;
    while (goOn && fetchIfEmpty()) {
      ShownRow<C> row = fetched.remove();
      left = Optional.of(row.place());
      goOn = visitor.visit(row);
    }
  }

  private boolean fetchIfEmpty() {
    if (fetched.isEmpty() && !last) {
      fetched.addAll(ShownRow.readAll(fetch.apply(left), parse));
      last = fetched.size() < rowsPerFetch;
    }
    return !fetched.isEmpty();
  }
}
