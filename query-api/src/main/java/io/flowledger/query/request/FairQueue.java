package io.flowledger.query.request;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Work that waits for a thread, in turns: of the clients that wait, each is served once before any
 * is served again, however much it has asked for. What one client has asked for keeps its order.
 */
final class FairQueue {

  private final Map<String, Deque<Runnable>> byClient = new LinkedHashMap<>(); // by their turns

  synchronized void add(String client, Runnable work) {
    byClient.computeIfAbsent(client, first -> new ArrayDeque<>()).add(work);
  }

  /** What comes next: taken as often as something was added, there always is something. */
  synchronized Runnable take() {
    Iterator<Map.Entry<String, Deque<Runnable>>> turns = byClient.entrySet().iterator();
    Map.Entry<String, Deque<Runnable>> turn = turns.next();
    String client = turn.getKey();
    Deque<Runnable> waiting = turn.getValue();
    turns.remove();
    Runnable work = waiting.remove();
    if (!waiting.isEmpty()) {
      byClient.put(client, waiting);
    }
    return work;
  }
}
