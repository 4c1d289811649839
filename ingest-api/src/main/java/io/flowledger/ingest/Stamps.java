package io.flowledger.ingest;

import io.flowledger.event.EventId;
import io.flowledger.event.Idempotency;
import io.flowledger.event.Origin;
import io.flowledger.schemas.EventIds;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Gives events what all of them say about their own making. */
final class Stamps {

  private static final long MILLIS = 1000;

  private final Clock clock;
  private final String writtenBy;

  /**
   * @param writtenBy the version of this software
   */
  Stamps(Clock clock, String writtenBy) {
    this.clock = clock;
    this.writtenBy = writtenBy;
  }

  /**
   * @param eventId unique, grows with time
   * @param epochMillis when the service took the request
   * @param origin who sent it
   * @param writtenBy the version that wrote it
   * @param idempotency null where the request has no key
   */
  record Stamp(
      EventId eventId,
      long epochMillis,
      Origin origin,
      String writtenBy,
      @Nullable Idempotency idempotency) {
    long epochSeconds() {
      return epochMillis / MILLIS;
    }
  }

  Stamp of(Attempt attempt) {
    return of(attempt.request(), attempt.key());
  }

  /**
   * @param key of the request or of a part of it
   */
  Stamp of(RoutingContext request, IdempotencyKey key) {
    long now = clock.millis();
    SocketAddress peer = request.request().remoteAddress();
    return new Stamp(
        EventIds.next(now),
        now,
        new Origin(null, peer == null ? null : peer.hostAddress()),
        writtenBy,
        key.inEvent());
  }
}
