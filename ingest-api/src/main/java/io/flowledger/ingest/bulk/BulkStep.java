package io.flowledger.ingest.bulk;

import io.flowledger.ingest.numbers.Sequences;
import java.util.Optional;

/** What is to be done for an entry, or for several that make one event, once it has its numbers. */
interface BulkStep {

  /** The sequence that it needs numbers of, if any. */
  Optional<Sequences.Name> sequence();

  /** How many numbers it needs. */
  int count();

  void run(long[] numbers);

  /** There are no numbers. */
  void refuse(Throwable cause);
}
