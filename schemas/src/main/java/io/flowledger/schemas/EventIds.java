package io.flowledger.schemas;

import io.flowledger.event.EventId;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Makes and prints the unique identifiers of events. */
public final class EventIds {

  private EventIds() {}

  /**
   * A new identifier: 48 bits of time, so that identifiers sort roughly by age, and 80 random bits.
   *
   * @param epochMillis the time that the event will carry
   */
  public static EventId next(long epochMillis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(epochMillis << 16 | (random.nextInt() & 0xFFFF))
            .putLong(random.nextLong())
            .array();
    return new EventId(bytes);
  }

  public static String toHex(EventId id) {
    return HexFormat.of().formatHex(id.bytes());
  }
}
