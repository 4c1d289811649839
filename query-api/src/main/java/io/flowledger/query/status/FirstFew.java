package io.flowledger.query.status;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The first few of many in some order. */
final class FirstFew<T> {

  private final int limit;
  private final Comparator<T> order;
  private final PriorityQueue<T> lastFirst;

  FirstFew(int limit, Comparator<T> order) {
    this.limit = limit;
    this.order = order;
    this.lastFirst = new PriorityQueue<>(order.reversed());
  }

  void add(T item) {
    lastFirst.add(item);
    if (lastFirst.size() > limit) {
      lastFirst.remove();
    }
  }

  List<T> inOrder() {
    return lastFirst.stream().sorted(order).toList();
  }
}
