package io.flowledger.projector.readmodel;

/**
 * Which events count for a past state. Times need not ascend in the log: clocks differ, and what is
 * imported keeps its times.
 *
 * @param upTo offset of the last one that may count, -1 for none
 * @param latest epoch milliseconds; one of a later time does not count
 */
public record PastBound(long upTo, long latest) {

  /** All up to an offset. */
  public static PastBound ofOffset(long upTo) {
    return new PastBound(upTo, Long.MAX_VALUE);
  }
}
