package io.flowledger.query.request;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of reads that were ended before they were done.
 *
 * @param gone since the client had gone
 * @param late since the deadline had passed
 */
public record EndedReads(LongAdder gone, LongAdder late) {

  public EndedReads() {
    this(new LongAdder(), new LongAdder());
  }
}
