package io.flowledger.ingest.write;

import io.flowledger.event.EventId;
import io.flowledger.event.Origin;
import io.flowledger.schemas.EventIds;
import java.time.Clock;

/** Stamps for events: what all of them say about their own making. */
public final class Stamps {

  private static final long MILLIS = 1000;

  private final Clock clock;
  private final String writtenBy;

  /**
   * @param writtenBy the version of this software
   */
  public Stamps(Clock clock, String writtenBy) {
    this.clock = clock;
    this.writtenBy = writtenBy;
  }

  /**
   * @param eventId unique, grows with time
   * @param epochMillis when the service took the request
   * @param origin who sent it
   * @param writtenBy the version that wrote it
   * @param key of the request, or of the part of it that the event is made for
   */
  public record Stamp(
      EventId eventId, long epochMillis, Origin origin, String writtenBy, IdempotencyKey key) {
    long epochSeconds() {
      return epochMillis / MILLIS;
    }
  }

  /**
   * The stamp of an event that is made now.
   *
   * @param origin who sends the request
   */
  public Stamp of(Origin origin, IdempotencyKey key) {
    long now = clock.millis();
    return new Stamp(EventIds.next(now), now, origin, writtenBy, key);
  }
}
