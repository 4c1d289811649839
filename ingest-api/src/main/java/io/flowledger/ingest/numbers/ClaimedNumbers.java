package io.flowledger.ingest.numbers;

import java.util.Map;
import java.util.TreeMap;

/**
 * The fold of the claims of one sequence: how far its numbers are claimed, and which of them are
 * reserved, so that nobody hands them out.
 *
 * <p>No claim counts for more than {@link #FARTHEST} numbers: one that asks for more, as imports of
 * a number out of all proportion once did, would leave none to give. What it asks for beyond that
 * is an island, which the sequence does not move past, and is as if it had not been claimed.
 */
public final class ClaimedNumbers {

  /**
   * How far beyond the last number one claim can reach: some two thousand such claims are needed to
   * use up a sequence, and an import of times in milliseconds, taken for numbers, needs less.
   */
  static final long FARTHEST = 1L << 42;

  private long last;
  private final TreeMap<Long, Long> reserved = new TreeMap<>(); // first to last, both included

  /** The next claim; returns the first number that it owns. */
  synchronized long add(long count, boolean isReserved) {
    long first = last + 1;
    last += Math.min(count, FARTHEST);
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

  /** Whether no claim can reach a number from where the sequence is. */
  public synchronized boolean isOutOfReach(long number) {
    return number - last > FARTHEST;
  }

  /** The greatest number that a claim can reach from where the sequence is. */
  public synchronized long farthest() {
    return last + FARTHEST;
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
