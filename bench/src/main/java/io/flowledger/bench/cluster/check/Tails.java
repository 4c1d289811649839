package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.Appended;
import io.flowledger.bench.cluster.check.Call.Event;
import io.flowledger.bench.cluster.check.Call.Followed;
import io.flowledger.bench.cluster.check.Call.Told;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A history has every write that was acknowledged, and a tail tells exactly the history behind its
 * beginning: in order, no event twice, and none left out, up to the end.
 */
final class Tails implements Rule {

  @Override
  public void check(History history, Consumer<Violation> found) {
    Map<String, List<Told>> histories = history.by(Told.class);
    Map<String, List<Appended>> appended = history.by(Appended.class);
    Map<String, List<Followed>> tails = history.by(Followed.class);
    appended.forEach(
        (object, writes) -> {
          List<Told> told = histories.getOrDefault(object, List.of());
          Map<Long, String> events = told.isEmpty() ? Map.of() : events(told.get(0).events());
          for (Appended write : writes) {
            if (!events.containsKey(write.offset())) {
              found.accept(
                  new Violation(
                      Kind.LOST_WRITE,
                      object,
                      write.span().returned(),
                      "offset %d was acknowledged and is not in the history"
                          .formatted(write.offset())));
            }
          }
        });
    tails.forEach(
        (object, followers) ->
            histories
                .getOrDefault(object, List.of())
                .forEach(
                    told ->
                        followers.forEach(
                            tail -> new Comparison(object, tail, told, found).check())));
  }

  private static TreeMap<Long, String> events(List<Event> events) {
    TreeMap<Long, String> byOffset = new TreeMap<>();
    events.forEach(event -> byOffset.put(event.offset(), event.id()));
    return byOffset;
  }

  private record Comparison(String object, Followed tail, Told told, Consumer<Violation> found) {

    void check() {
      TreeMap<Long, String> missing =
          new TreeMap<>(events(told.events()).tailMap(tail.from(), false));
      Map<Long, String> history = Map.copyOf(missing);
      long last = tail.from();
      for (Event event : tail.events()) {
        if (event.offset() <= last) {
          violation(Kind.TAIL_REPETITION, "offset %d after %d".formatted(event.offset(), last));
        } else if (!event.id().equals(history.get(event.offset()))) {
          violation(
              Kind.NEVER_WRITTEN,
              "told %s at offset %d, where the history has %s"
                  .formatted(event.id(), event.offset(), history.get(event.offset())));
        }
        missing.remove(event.offset());
        last = Math.max(last, event.offset());
      }
      if (!missing.isEmpty()) {
        violation(
            Kind.TAIL_GAP,
            "%d events are left out, from offset %d to %d, where the last one told is %d"
                .formatted(missing.size(), missing.firstKey(), missing.lastKey(), last));
      }
    }

    private void violation(Kind kind, String what) {
      found.accept(new Violation(kind, object, tail.span().returned(), tail.tail() + ": " + what));
    }
  }
}
