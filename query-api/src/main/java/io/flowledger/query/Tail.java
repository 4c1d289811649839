package io.flowledger.query;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * A client that is told events as they come. It is written to on the event loop of its connection.
 */
final class Tail {

  private static final CharSequence TYPE = HttpHeaders.createOptimized(Tails.TYPE);
  private static final int MAX_UNSENT_BYTES = 1 << 20;

  private final HttpServerResponse response;
  private final Context context;
  private final Subscription subscription;
  private final boolean headOnly;
  private volatile long next;

  /**
   * @param next offset of the first event that it may be told
   */
  Tail(RoutingContext request, Subscription subscription, long next) {
    this.response = request.response();
    this.context = request.vertx().getOrCreateContext();
    this.subscription = subscription;
    this.headOnly = request.request().method().equals(HttpMethod.HEAD);
    this.next = next;
  }

  /**
   * Sends what an answer begins with, so that the client knows that it is heard; who asks for that
   * only gets no more.
   */
  void open() {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        // Compressed, events would wait for others to fill a block.
        .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
        .setChunked(true)
        .setWriteQueueMaxSize(MAX_UNSENT_BYTES);
    if (headOnly) {
      response.end();
    } else {
      comment();
    }
  }

  Context context() {
    return context;
  }

  Subscription subscription() {
    return subscription;
  }

  /** Everything below this offset that it wants has been sent. */
  long next() {
    return next;
  }

  boolean isOver() {
    return response.ended() || response.closed();
  }

  /** Says nothing, so that nobody takes the connection for dead. */
  void comment() {
    if (!isOver()) {
      response.write(": \n\n");
    }
  }

  /**
   * Sends events.
   *
   * @param end offset behind the last of them
   * @return succeeds when they are on their way
   */
  Future<Void> send(Buffer events, long end) {
    next = end;
    return isOver() || events.length() == 0 ? Future.succeededFuture() : response.write(events);
  }

  /** Whether the client takes what it is sent. */
  boolean keepsUp() {
    return !response.writeQueueFull();
  }

  /** Ends the answer in order: the client may go on from the last event that it has got. */
  void end() {
    if (!isOver()) {
      response.end();
    }
  }
}
