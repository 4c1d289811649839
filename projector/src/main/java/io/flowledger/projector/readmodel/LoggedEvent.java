package io.flowledger.projector.readmodel;

import io.flowledger.schemas.Envelope;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * An event as it is in the log.
 *
 * @param offset in its partition
 * @param envelope what it has in common with all others
 */
public record LoggedEvent(long offset, SpecificRecord event, Envelope envelope) {

  /** Empty for a record that is no event. */
  public static Optional<LoggedEvent> of(long offset, SpecificRecord record) {
    return Envelope.of(record).map(envelope -> new LoggedEvent(offset, record, envelope));
  }
}
