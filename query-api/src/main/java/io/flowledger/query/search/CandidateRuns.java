package io.flowledger.query.search;

import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.projector.row.RunRow;
import io.flowledger.query.answer.Listing;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The runs that the index has for a search, by number, the highest first: numbers of runs are
 * unique over all flows, so it does not matter which partition a run is in. Whether a run has what
 * is searched for is for the reader to see.
 *
 * <p>The index has the runs of each value in order, but not those of several values. So the highest
 * ones below where the reader is are picked and held, more of them each time, up to a bound. Used
 * by one thread at a time.
 */
final class CandidateRuns {

  private static final int FIRST_HELD = 64;
  private static final int MOST_HELD = 4096;

  private final SearchRequest search;
  private final NavigableMap<Long, View> held = new TreeMap<>();
  private int room = FIRST_HELD;
  private long from = Long.MIN_VALUE; // what is held are the highest runs from here downwards
  private boolean all; // of them

  CandidateRuns(SearchRequest search) {
    this.search = search;
  }

  /** A run, and the view that it is in. */
  record Found(View view, RunRow run) {}

  /** The highest run up to a number. */
  Optional<Found> atMost(long number) {
    if (number > from || (held.floorKey(number) == null && !all)) {
      pick(number);
    }
    return Optional.ofNullable(held.floorEntry(number))
        .flatMap(
            entry ->
                entry.getValue().run(entry.getKey()).map(run -> new Found(entry.getValue(), run)));
  }

  private void pick(long number) {
    held.clear();
    from = number;
    for (View view : search.views()) {
      if (search.wanted().only().isPresent()) {
        pickWith(search.wanted().only().get(), view);
      } else {
        pickFromAll(view);
      }
    }
    all = held.size() < room;
    room = Math.min(2 * room, MOST_HELD);
  }

  private void pickWith(String value, View view) {
    new Listing<Long, Long>(
            (after, visitor) ->
                view.runsWith(
                    search.facet(), value, after.map(last -> last - 1).orElse(from), visitor),
            run -> run,
            any -> true,
            (run, sink) -> {})
        .scanShown(Optional.empty(), run -> offer(run, view));
  }

  private void pickFromAll(View view) {
    new Listing<IndexedValue, IndexedValue>(
            (after, visitor) -> view.indexedValues(search.facet(), after, visitor),
            value -> value,
            new MayBeWanted(),
            (value, sink) -> {})
        .scanShown(
            Optional.empty(),
            value -> {
              offer(value.run(), view);
              return true;
            });
  }

  /** Tests a value once for all its runs, which come one after another. */
  private final class MayBeWanted implements Predicate<IndexedValue> {
    private @Nullable IndexedValue last;
    private boolean wanted;

    @Override
    public boolean test(IndexedValue value) {
      if (last == null || !last.isOfSameValue(value)) {
        wanted = search.wanted().mayBe(value);
      }
      last = value;
      return wanted;
    }
  }

  /** Holds a run if it is among the highest; says whether lower ones can still be. */
  private boolean offer(long run, View view) {
    if (run <= from && !isBelowAll(run) && isOfFlow(run, view)) {
      held.put(run, view);
      if (held.size() > room) {
        held.pollFirstEntry();
      }
    }
    return !isBelowAll(run);
  }

  private boolean isBelowAll(long run) {
    return held.size() == room && run < held.firstKey();
  }

  private boolean isOfFlow(long run, View view) {
    return search.flowId().isEmpty()
        || view.run(run).filter(row -> row.flowId().equals(search.flowId().get())).isPresent();
  }
}
