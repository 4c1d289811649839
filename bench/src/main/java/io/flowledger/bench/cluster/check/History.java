package io.flowledger.bench.cluster.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All calls of all clients, in no order. Clients may record at the same time. */
public final class History {

  private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();

  public void add(Call call) {
    calls.add(call);
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Those of a kind, by what they are about. */
  <T extends Call> Map<String, List<T>> by(Class<T> kind) {
    Map<String, List<T>> found = new TreeMap<>();
    for (Call call : calls) {
      if (kind.isInstance(call)) {
        found.computeIfAbsent(call.identity(), identity -> new ArrayList<>()).add(kind.cast(call));
      }
    }
    return found;
  }
}
