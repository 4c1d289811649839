package io.flowledger.ingest.numbers;

import java.util.Map;
import java.util.TreeMap;

/**
 * The fold of the claims of one sequence: how far its numbers are claimed, and which of them are
 * reserved, so that nobody hands them out.
 */
public final class ClaimedNumbers {

  private long last;
  private final TreeMap<Long, Long> reserved = new TreeMap<>(); // first to last, both included

  /** The next claim; returns the first number that it owns. */
  synchronized long add(long count, boolean isReserved) {
    long first = last + 1;
    last += count;
    if (isReserved) {
      Map.Entry<Long, Long> before = reserved.lowerEntry(first);
      boolean goesOn = before != null && before.getValue() == first - 1;
      reserved.put(goesOn ? before.getKey() : first, last);
    }
    return first;
  }

  /** The last number that is claimed; 0 where none is. */
  public synchronized long last() {
    return last;
  }

  /** Whether this installation gives it, or has given it, to an object of its own. */
  public synchronized boolean isGiven(long number) {
    return number <= last && !isReserved(number);
  }

  public synchronized boolean isReserved(long number) {
    Map.Entry<Long, Long> range = reserved.floorEntry(number);
    return range != null && number <= range.getValue();
  }
}
