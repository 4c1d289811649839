package io.flowledger.bench.data;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Events among which those of some runs lie scattered. */
public final class InterleavedEvents implements EventSource {

  private final EventSource others;
  private final List<Scattered> runs = new ArrayList<>();
  private long count;

  private record Scattered(Deque<Sample> events, long from, long every) {
    boolean isNext(long place) {
      return !events.isEmpty() && place >= from && (place - from) % every == 0;
    }
  }

  public InterleavedEvents(EventSource others) {
    this.others = others;
  }

  /**
   * Scatters the events of a run: one is at that place, the next one so many places later.
   *
   * @param from counted from 0
   */
  public void scatter(Deque<Sample> events, long from, long every) {
    runs.add(new Scattered(events, from, every));
  }

  @Override
  public Sample next() {
    long place = count++;
    for (Scattered run : runs) {
      if (run.isNext(place)) {
        return run.events().remove();
      }
    }
    return others.next();
  }

  @Override
  public boolean betweenRuns() {
    return others.betweenRuns() && runs.stream().allMatch(run -> run.events().isEmpty());
  }

  @Override
  public long runs() {
    return others.runs();
  }

  @Override
  public long tasks() {
    return others.tasks();
  }

  @Override
  public long metadata() {
    return others.metadata();
  }
}
