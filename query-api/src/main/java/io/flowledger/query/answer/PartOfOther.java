package io.flowledger.query.answer;

import io.flowledger.http.forward.OtherNodes;
import io.flowledger.projector.row.RowVisitor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/**
 * What another node has of a listing, fetched in parts. It is read on where it was left, so what
 * has been fetched and not been visited is kept.
 *
 * @param <C> places
 */
final class PartOfOther<C> implements Listing.Source<ShownRow<C>, C> {

  private final Function<Optional<C>, OtherNodes.Answer> fetch;
  private final Function<String, C> parse;
  private final Deque<ShownRow<C>> fetched = new ArrayDeque<>();
  private Optional<C> left = Optional.empty(); // the last place that was visited
  private Optional<C> next = Optional.empty(); // behind which the next part begins
  private boolean last; // nothing comes behind what is fetched

  /**
   * @param fetch the first rows behind a place, and whether there are more; blocks
   * @param parse the text of a place
   */
  PartOfOther(Function<Optional<C>, OtherNodes.Answer> fetch, Function<String, C> parse) {
    this.fetch = fetch;
    this.parse = parse;
  }

  @Override
  public void scan(Optional<C> after, RowVisitor<ShownRow<C>> visitor) {
    if (!after.equals(left)) {
      fetched.clear();
      last = false;
      left = after;
      next = after;
    }
    boolean goOn = true;
    while (goOn && fetchIfEmpty()) {
      ShownRow<C> row = fetched.remove();
      left = Optional.of(row.place());
      goOn = visitor.visit(row);
    }
  }

  private boolean fetchIfEmpty() {
    while (fetched.isEmpty() && !last) {
      OtherNodes.Answer part = fetch.apply(next);
      fetched.addAll(ShownRow.readAll(part.body(), parse));
      next = part.next().map(parse);
      last = next.isEmpty();
    }
    return !fetched.isEmpty();
  }
}
