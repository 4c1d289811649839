package io.flowledger.http.forward;

import io.flowledger.http.BrokenAnswer;
import io.flowledger.projector.readmodel.Owner;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a request answered by another node. A long answer goes to the client as it comes,
 * and no faster than the client takes it.
 */
final class Hop {

  private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String EVENT_STREAM = "text/event-stream";
  private static final long WATCH_MS = 250;
  private static final long GRACE_MS = 500; // for the other node to say itself that it is late
  private static final long WATCH_ANSWER_MS = 1000; // there may be thousands, of tails
  private static final long MOST_SILENT_NANOS = 5_000_000_000L;
  private static final int MOST_BYTES_OF_SHORT = 64 << 10;
  private static final int MOST_DIGITS_OF_SHORT = 5;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  /** Whoever wants the answer. */
  interface Errand {
    /** Whether somebody else answers now for what a node did. */
    boolean hasMovedFrom(Owner.Remote node);

    /** Whether a node lives. */
    boolean speaks(Owner.Remote node);

    /**
     * The answer begins.
     *
     * @param nanos since the request was sent
     */
    void answered(long nanos);

    /**
     * There is no answer, and the node has not carried it out, or doing so once more does no harm.
     * Either this is told or the next, once, or none.
     */
    void notTaken();

    /** There is no answer, and it may have been carried out, or not. */
    void unknown(Throwable cause);
  }

  private final NodeClient nodes;
  private final RoutingContext request;
  private final byte[] body;
  private final Owner.Remote node;
  private final Errand errand;
  private @Nullable HttpClientRequest sent;
  private long watch = -1;
  private long deadlineTimer = -1;
  private boolean over;
  private long written; // of the answer
  private long livedAt; // the node, while it answers
  private long sentAt;

  Hop(NodeClient nodes, RoutingContext request, byte[] body, Owner.Remote node, Errand errand) {
    this.nodes = nodes;
    this.request = request;
    this.body = body;
    this.node = node;
    this.errand = errand;
  }

  /**
   * @param millis within which the answer has to begin
   */
  void begin(long millis) {
    request.addEndHandler(gone -> abandon());
    nodes
        .begin(lane(), node, request.request().method(), request.request().uri())
        .onSuccess(connected -> send(connected, millis))
        .onFailure(unreachable -> end(errand::notTaken));
  }

  /** Whether such a request changes nothing. */
  static boolean isSafe(HttpMethod method) {
    return SAFE.contains(method);
  }

  private Lane lane() {
    if (!isSafe(request.request().method())) {
      return Lane.WRITES;
    }
    return isTail(request) ? Lane.TAILS : Lane.READS;
  }

  /** Whether the answer may come for as long as the client takes it. */
  static boolean isTail(RoutingContext request) {
    return isSafe(request.request().method())
        && request.request().headers().getAll(HttpHeaders.ACCEPT).stream()
            .anyMatch(accepted -> accepted.toLowerCase(Locale.ROOT).contains(EVENT_STREAM));
  }

  private void send(HttpClientRequest connected, long millis) {
    if (over) {
      connected.reset();
      return;
    }
    sent = connected;
    sentAt = System.nanoTime();
    MultiMap headers = connected.headers();
    PassedOn.ofClient(request.request().headers(), headers);
    if (body.length > 0) {
      headers.remove(HttpHeaders.CONTENT_ENCODING); // it has been read
    }
    InternalCalls.tellCaller(request, headers);
    if (!isTail(request)) {
      headers.set(InternalCalls.DEADLINE, Long.toString(millis));
    }
    watch = request.vertx().setPeriodic(WATCH_MS, tick -> watch());
    deadlineTimer =
        request.vertx().setTimer(millis + GRACE_MS, late -> lost(new IllegalStateException()));
    connected.response().onSuccess(this::answer).onFailure(this::lost);
    if (body.length > 0) {
      connected.end(bytes(body));
    } else {
      connected.end();
    }
  }

  /** Not copied: it may be long, and be sent more than once. */
  private static Buffer bytes(byte[] body) {
    return BufferInternal.buffer(Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(body)));
  }

  /**
   * What does no harm twice goes to the new owner at once. All else is answered by the node that it
   * was sent to, as long as that lives: it may have been carried out there.
   */
  private void watch() {
    if (errand.hasMovedFrom(node) && (mayBeRepeated() || !errand.speaks(node))) {
      lost(new IllegalStateException("another node answers for it now"));
    }
  }

  private boolean mayBeRepeated() {
    return isSafe(request.request().method())
        || request.request().headers().contains(IDEMPOTENCY_KEY);
  }

  private void lost(Throwable cause) {
    if (over) {
      return;
    }
    HttpClientRequest broken = sent;
    end(mayBeRepeated() ? errand::notTaken : () -> errand.unknown(cause));
    if (broken != null) {
      broken.reset();
    }
  }

  /** What has begun is broken off where its node lives no more, and does not say so. */
  private void watchAnswer(HttpServerResponse response) {
    long now = System.nanoTime();
    long bytes = response.bytesWritten();
    if (bytes != written || errand.speaks(node)) {
      written = bytes;
      livedAt = now;
    } else if (now - livedAt > MOST_SILENT_NANOS) {
      stopWatching();
      BrokenAnswer.end(request.request());
      if (sent != null) {
        sent.reset();
      }
    }
  }

  private void end(Runnable told) {
    if (!over) {
      stop();
      if (!request.response().closed()) {
        told.run();
      }
    }
  }

  private void stop() {
    over = true;
    stopWatching();
    if (deadlineTimer >= 0) {
      request.vertx().cancelTimer(deadlineTimer);
    }
  }

  private void stopWatching() {
    if (watch >= 0) {
      request.vertx().cancelTimer(watch);
      watch = -1;
    }
  }

  /** The client has been answered, or has gone: then nobody waits for the other node. */
  private void abandon() {
    HttpClientRequest open = sent;
    stopWatching();
    if (!over) {
      stop();
      if (open != null) {
        open.reset();
      }
    } else if (open != null && request.response().closed() && !request.response().ended()) {
      open.reset();
    }
  }

  private void answer(HttpClientResponse answer) {
    if (over) {
      return;
    }
    if (InternalCalls.isNotTaken(answer.headers())) {
      end(errand::notTaken);
    } else if (isEmpty(answer)) {
      begin(answer).end();
    } else if (isShort(answer)) {
      answer.body().onSuccess(body -> whole(answer, body)).onFailure(this::lost);
    } else {
      stream(answer);
    }
  }

  private boolean isEmpty(HttpClientResponse answer) {
    int status = answer.statusCode();
    return request.request().method().equals(HttpMethod.HEAD)
        || status == NO_CONTENT
        || status == NOT_MODIFIED;
  }

  /** Mostly: then it goes on in one piece, and nothing has, if it breaks off. */
  private static boolean isShort(HttpClientResponse answer) {
    String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length != null
        && length.length() <= MOST_DIGITS_OF_SHORT
        && Integer.parseInt(length) <= MOST_BYTES_OF_SHORT;
  }

  private void whole(HttpClientResponse answer, Buffer body) {
    if (!over) {
      begin(answer).end(body);
    }
  }

  private HttpServerResponse begin(HttpClientResponse answer) {
    stop();
    errand.answered(System.nanoTime() - sentAt);
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.statusCode());
    PassedOn.ofNode(answer.headers(), response.headers());
    return response;
  }

  private void stream(HttpClientResponse answer) {
    HttpServerResponse response = begin(answer);
    if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    livedAt = System.nanoTime();
    watch = request.vertx().setPeriodic(WATCH_ANSWER_MS, tick -> watchAnswer(response));
    // One that breaks off must not end as if it were whole.
    answer
        .pipe()
        .endOnFailure(false)
        .to(response)
        .onFailure(broken -> BrokenAnswer.end(request.request()));
  }
}
