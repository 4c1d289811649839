package io.flowledger.ingest.numbers;

import java.util.ArrayList;
import java.util.List;
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

  /** The first number that no sequence ever comes to: it would take hundreds of such claims. */
  public static final long ISLANDS = 1L << 50;

  /**
   * Whether a number is so far away that the sequence need not be moved past it for the number to
   * be left alone: numbers that are times in microseconds, as Metaflow gives local runs, are.
   */
  public static boolean isIsland(long number) {
    return number >= ISLANDS;
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
    return isReserved(number, number);
  }

  /** Whether all numbers from one to another, both included, are. */
  public synchronized boolean isReserved(long from, long to) {
    Map.Entry<Long, Long> range = reserved.floorEntry(from);
    return range != null && to <= range.getValue();
  }

  /** Ranges of numbers that this installation gives itself, or has given. */
  public synchronized List<Range> given() {
    List<Range> ranges = new ArrayList<>();
    long first = 1;
    for (Map.Entry<Long, Long> range : reserved.entrySet()) {
      if (range.getKey() > first) {
        ranges.add(new Range(first, range.getKey() - 1));
      }
      first = range.getValue() + 1;
    }
    if (first <= last) {
      ranges.add(new Range(first, last));
    }
    return ranges;
  }

  /** Numbers from first to last, both included. */
  public record Range(long first, long last) {}
}
