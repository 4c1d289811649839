package io.flowledger.projector.readmodel;

import io.flowledger.schemas.Envelope;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * An event as it is in the log.
 *
 * @param offset in its partition
 * @param envelope what it has in common with all others
 * @param traceParent the span of the request that has made it, as its record names it; empty where
 *     it names none
 */
public record LoggedEvent(
    long offset, SpecificRecord event, Envelope envelope, Optional<String> traceParent) {

  /** Empty for a record that is no event. */
  public static Optional<LoggedEvent> of(long offset, SpecificRecord record) {
    return of(offset, record, Optional.empty());
  }

  /** The same of one that may name a span. */
  public static Optional<LoggedEvent> of(
      long offset, SpecificRecord record, Optional<String> traceParent) {
    return Envelope.of(record)
        .map(envelope -> new LoggedEvent(offset, record, envelope, traceParent));
  }
}
