package io.flowledger.bench.cluster.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** When which node should have answered: from when it was ready until something was done to it. */
public final class Serving {

  /** A stretch of time. */
  record Stretch(long from, long to) {

    /** What it has in common with another; empty where from is not before to. */
    Stretch within(long begin, long end) {
      return new Stretch(Math.max(from, begin), Math.min(to, end));
    }
  }

  private static final long STILL = Long.MAX_VALUE;

  private final Map<String, List<Stretch>> stretches = new LinkedHashMap<>();

  /** From now on it has to answer. */
  public synchronized void begin(String node) {
    if (!serves(node)) {
      of(node).add(new Stretch(System.nanoTime(), STILL));
    }
  }

  /** From now on nothing is expected of it. */
  public synchronized void end(String node) {
    if (serves(node)) {
      List<Stretch> of = of(node);
      of.add(new Stretch(of.remove(of.size() - 1).from(), System.nanoTime()));
    }
  }

  public synchronized boolean serves(String node) {
    List<Stretch> of = of(node);
    return !of.isEmpty() && of.get(of.size() - 1).to() == STILL;
  }

  private List<Stretch> of(String node) {
    return stretches.computeIfAbsent(node, name -> new ArrayList<>());
  }

  synchronized Set<String> nodes() {
    return Set.copyOf(stretches.keySet());
  }

  synchronized List<Stretch> within(String node, long from, long to) {
    return of(node).stream()
        .map(stretch -> stretch.within(from, to))
        .filter(stretch -> stretch.from() < stretch.to())
        .toList();
  }
}
