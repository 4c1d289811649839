package io.flowledger.query.history;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * A client that is told the events of a subscription as they come. Whoever tells it does so on its
 * context, and asks it {@link #keepsUp} first.
 */
interface TailListener {

  Context context();

  Subscription subscription();

  /** Everything below this offset that it wants has been sent. */
  long next();

  /** Whether nothing more can be sent. */
  boolean isOver();

  /** Whether the client takes what it is sent. */
  boolean keepsUp();

  /**
   * Sends events.
   *
   * @param end offset behind the last of them
   * @param batch what they are of
   * @return succeeds when the client has taken them
   */
  Future<Void> send(Buffer events, UnsentBatches.Batch batch, long end);

  /** Says nothing, so that nobody takes the connection for dead. */
  void keepAlive();

  /** Ends, since the client is too slow, and counts that: it may go on as after {@link #end}. */
  void cutOff();

  /** Ends in order: the client may go on from the last event that it has got. */
  void end();
}
