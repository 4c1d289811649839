package io.flowledger.http.forward;

import io.flowledger.http.BrokenAnswer;
import io.flowledger.http.Caller;
import io.flowledger.projector.readmodel.Owner;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One try to have a request answered by another node. The answer goes to the client as it comes,
 * and no faster than the client takes it.
 */
final class Hop {

  private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String EVENT_STREAM = "text/event-stream";
  private static final long WATCH_MS = 250;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  /** Is told when there is no answer that the client could be given. Once, or not at all. */
  interface Ending {
    /** The node has not carried it out, or doing so once more does no harm. */
    void notTaken();

    /** It may have carried it out, or not. */
    void unknown(Throwable cause);
  }

  private final NodeClient nodes;
  private final RoutingContext request;
  private final byte[] body;
  private final Owner.Remote node;
  private final Predicate<Owner.Remote> movedFrom;
  private final Ending ending;
  private @Nullable HttpClientRequest sent;
  private long watch = -1;
  private long deadlineTimer = -1;
  private boolean over;

  /**
   * @param movedFrom whether somebody else answers now for what a node did
   */
  Hop(
      NodeClient nodes,
      RoutingContext request,
      byte[] body,
      Owner.Remote node,
      Predicate<Owner.Remote> movedFrom,
      Ending ending) {
    this.nodes = nodes;
    this.request = request;
    this.body = body;
    this.node = node;
    this.movedFrom = movedFrom;
    this.ending = ending;
  }

  /**
   * @param millis within which the answer has to begin
   */
  void begin(long millis) {
    request.addEndHandler(gone -> abandon());
    nodes
        .begin(lane(), node, request.request().method(), request.request().uri())
        .onSuccess(connected -> send(connected, millis))
        .onFailure(unreachable -> end(ending::notTaken));
  }

  private Lane lane() {
    if (!SAFE.contains(request.request().method())) {
      return Lane.WRITES;
    }
    return request.request().headers().getAll(HttpHeaders.ACCEPT).stream()
            .anyMatch(accepted -> accepted.toLowerCase(Locale.ROOT).contains(EVENT_STREAM))
        ? Lane.TAILS
        : Lane.READS;
  }

  private void send(HttpClientRequest connected, long millis) {
    if (over) {
      connected.reset();
      return;
    }
    sent = connected;
    MultiMap headers = connected.headers();
    PassedOn.ofClient(request.request().headers(), headers);
    if (body.length > 0) {
      headers.remove(HttpHeaders.CONTENT_ENCODING); // it has been read
    }
    String client = Caller.of(request).address();
    if (client != null) {
      headers.set(InternalCalls.CLIENT, client);
    }
    watch = request.vertx().setPeriodic(WATCH_MS, tick -> watch());
    deadlineTimer = request.vertx().setTimer(millis, late -> lost(new IllegalStateException()));
    connected.response().onSuccess(this::answer).onFailure(this::lost);
    if (body.length > 0) {
      connected.end(Buffer.buffer(body));
    } else {
      connected.end();
    }
  }

  /** A node that is stopped does not say that it will never answer. */
  private void watch() {
    if (movedFrom.test(node)) {
      lost(new IllegalStateException("another node answers for it now"));
    }
  }

  private void lost(Throwable cause) {
    if (over) {
      return;
    }
    HttpClientRequest broken = sent;
    boolean again =
        SAFE.contains(request.request().method())
            || request.request().headers().contains(IDEMPOTENCY_KEY);
    end(again ? ending::notTaken : () -> ending.unknown(cause));
    if (broken != null) {
      broken.reset();
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
    if (watch >= 0) {
      request.vertx().cancelTimer(watch);
      request.vertx().cancelTimer(deadlineTimer);
    }
  }

  /** The client has been answered, or has gone: then nobody waits for the other node. */
  private void abandon() {
    HttpClientRequest open = sent;
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
    if (answer.headers().contains(InternalCalls.NOT_OWNER)) {
      end(ending::notTaken);
      return;
    }
    stop();
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.statusCode());
    MultiMap headers = response.headers();
    PassedOn.ofNode(answer.headers(), headers);
    int status = answer.statusCode();
    boolean empty =
        request.request().method().equals(HttpMethod.HEAD)
            || status == NO_CONTENT
            || status == NOT_MODIFIED;
    if (empty) {
      response.end();
      return;
    }
    if (!headers.contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    // One that breaks off must not end as if it were whole.
    answer
        .pipe()
        .endOnFailure(false)
        .to(response)
        .onFailure(broken -> BrokenAnswer.end(request.request()));
  }
}
