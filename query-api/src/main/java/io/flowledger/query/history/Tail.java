package io.flowledger.query.history;

import io.flowledger.http.BrokenAnswer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;

/**
 * An answer that goes on: a client that is told events as server-sent events. It is written to on
 * the event loop of its connection, piece by piece: the network copies what it is given, so it is
 * given the next piece only when the client has taken the last one.
 */
final class Tail implements TailListener {

  private static final CharSequence TYPE = HttpHeaders.createOptimized(Tails.TYPE);
  private static final int MAX_UNSENT_BYTES = 1 << 20;
  private static final String TOO_SLOW = "the client has not taken its events";

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Subscription subscription;
  private final boolean headOnly;
  private final IntSupplier pieceBytes;
  private final Runnable whenCutOff;
  private volatile long next;
  private volatile boolean over;

  // used on the event loop only
  private final Deque<Unsent> unsent = new ArrayDeque<>();
  private long unsentBytes;
  private int written; // of the first of them
  private boolean writing;

  /** Events that the client has not taken yet. */
  private record Unsent(Buffer events, UnsentBatches.Batch batch, Promise<Void> taken) {}

  /**
   * @param next offset of the first event that it may be told
   * @param pieceBytes how much the network is given at a time
   * @param whenCutOff is told once if the client is too slow
   */
  Tail(
      RoutingContext request,
      Subscription subscription,
      long next,
      IntSupplier pieceBytes,
      Runnable whenCutOff) {
    this.request = request.request();
    this.response = request.response();
    this.context = request.vertx().getOrCreateContext();
    this.subscription = subscription;
    this.headOnly = request.request().method().equals(HttpMethod.HEAD);
    this.next = next;
    this.pieceBytes = pieceBytes;
    this.whenCutOff = whenCutOff;
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
        .setChunked(true);
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
    return over || response.ended() || response.closed();
  }

  /** A comment, which clients pass over; whoever has something to read needs none. */
  @Override
  public void keepAlive() {
    if (!isOver() && unsent.isEmpty()) {
      response.write(": \n\n");
    }
  }

  @Override
  public Future<Void> send(Buffer events, UnsentBatches.Batch batch, long end) {
    next = end;
    if (isOver() || events.length() == 0) {
      return Future.succeededFuture();
    }
    if (!batch.begin(this)) {
      cutOff();
      return Future.failedFuture(TOO_SLOW);
    }
    Promise<Void> taken = Promise.promise();
    unsent.add(new Unsent(events, batch, taken));
    unsentBytes += events.length();
    writeOn();
    return taken.future();
  }

  private void writeOn() {
    if (writing || unsent.isEmpty()) {
      return;
    }
    Buffer events = unsent.element().events();
    int from = written;
    written = Math.min(events.length(), from + pieceBytes.getAsInt());
    writing = true;
    response.write(events.slice(from, written)).onComplete(this::wrote);
  }

  private void wrote(AsyncResult<Void> piece) {
    writing = false;
    if (piece.failed() || isOver()) {
      over = true; // nothing may follow a part of an event
      forget();
      return;
    }
    Unsent first = unsent.element();
    if (written == first.events().length()) {
      written = 0;
      unsentBytes -= first.events().length();
      unsent.remove();
      first.batch().end(this);
      first.taken().complete();
    }
    writeOn();
  }

  @Override
  public boolean keepsUp() {
    return unsentBytes < MAX_UNSENT_BYTES;
  }

  /** In order between two events; in the middle of one, the answer ends as one that is broken. */
  @Override
  public void cutOff() {
    if (isOver()) {
      return;
    }
    over = true;
    whenCutOff.run();
    boolean inEvent = written > 0 && written < unsent.element().events().length();
    forget();
    if (inEvent) {
      BrokenAnswer.end(request);
    } else {
      response.end();
    }
  }

  /** Sends nothing more of what it has been given. */
  void forget() {
    unsentBytes = 0;
    for (Unsent events = unsent.poll(); events != null; events = unsent.poll()) {
      events.batch().end(this);
      events.taken().fail(TOO_SLOW);
    }
  }

  @Override
  public void end() {
    if (!isOver()) {
      forget();
      response.end();
    }
  }
}
