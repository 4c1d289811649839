package io.flowledger.bench.data;

import org.apache.avro.specific.SpecificRecord;

/** Events without an end, with numbers of their own that count from 1. */
public interface EventSource {

  /** An event and the flow that it belongs to. */
  record Sample(String flowId, SpecificRecord event) {}

  Sample next();

  /** Whether all events of the runs that have begun have been handed out. */
  boolean betweenRuns();

  /** How many numbers of runs have been given. */
  long runs();

  long tasks();

  long metadata();
}
