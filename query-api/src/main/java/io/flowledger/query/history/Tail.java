package io.flowledger.query.history;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * An answer that goes on: a client that is told events as server-sent events. It is written to on
 * the event loop of its connection.
 */
final class Tail implements TailListener {

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
   * Sends what an answer begins with, so that the client knows that it is heard. A client that asks
   * for the headers only gets no more.
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
      keepAlive();
    }
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public Subscription subscription() {
    return subscription;
  }

  @Override
  public long next() {
    return next;
  }

  @Override
  public boolean isOver() {
    return response.ended() || response.closed();
  }

  /** A comment, which clients pass over. */
  @Override
  public void keepAlive() {
    if (!isOver()) {
      response.write(": \n\n");
    }
  }

  @Override
  public Future<Void> send(Buffer events, long end) {
    next = end;
    return isOver() || events.length() == 0 ? Future.succeededFuture() : response.write(events);
  }

  @Override
  public boolean keepsUp() {
    return !response.writeQueueFull();
  }

  @Override
  public void end() {
    if (!isOver()) {
      response.end();
    }
  }
}
