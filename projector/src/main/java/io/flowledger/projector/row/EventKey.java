package io.flowledger.projector.row;

import io.flowledger.event.EventId;
import java.nio.ByteBuffer;

/**
 * The unique identifier of an event as a value: rows start with that of the event that made them.
 */
public record EventKey(long high, long low) {

  public static EventKey of(EventId id) {
    return in(id.bytes());
  }

  static EventKey in(byte[] row) {
    ByteBuffer bytes = ByteBuffer.wrap(row);
    return new EventKey(bytes.getLong(0), bytes.getLong(Long.BYTES));
  }
}
