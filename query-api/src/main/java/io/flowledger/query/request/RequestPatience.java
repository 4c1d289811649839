package io.flowledger.query.request;

import io.flowledger.http.BrokenAnswer;
import io.flowledger.http.Requests;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Patience;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The patience of the client of a request: until its connection is closed, or a deadline has
 * passed. Then the client is answered 503; where the answer has begun already, it is cut off. Used
 * on the event loop of the request, which has one of these for all that is read for it.
 */
final class RequestPatience {

  private static final String OF_REQUEST = RequestPatience.class.getName();

  // A step of a large regular expression takes some 20 ns.
  private static final long MOST_WORK = 2_000_000_000;

  private final RoutingContext request;
  private final Vertx vertx;
  private final Duration deadline;
  private final EndedReads ended;
  private final Patience patience = new Patience(MOST_WORK, RequestPatience::tooMuchWork);
  private final List<Runnable> whenOver = new ArrayList<>();
  private long begun;
  private long timer;

  private RequestPatience(RoutingContext request, Duration deadline, EndedReads ended) {
    this.request = request;
    this.vertx = request.vertx();
    this.deadline = deadline;
    this.ended = ended;
    this.begun = System.nanoTime();
    // Whoever has passed it on may have waited for a part of the time already.
    Requests.deadline(request)
        .ifPresent(until -> begun -= Math.max(0, deadline.toNanos() - (until - begun)));
    if (isAnswered()) {
      patience.end(gone());
      return; // no end handler would be called
    }
    this.timer = vertx.setTimer(1 + TimeUnit.NANOSECONDS.toMillis(left()), this::expire);
    request.addEndHandler(this::end);
  }

  /** That of a request, from the first time on that it is asked for. */
  static RequestPatience of(RoutingContext request, Duration deadline, EndedReads ended) {
    RequestPatience known = request.get(OF_REQUEST);
    if (known != null) {
      return known;
    }
    RequestPatience patience = new RequestPatience(request, deadline, ended);
    request.put(OF_REQUEST, patience);
    return patience;
  }

  Patience patience() {
    return patience;
  }

  /** Does something when it is over. */
  void whenOver(Runnable step) {
    whenOver.add(step);
  }

  /** The client has been given something, and waits for what comes next. */
  void renew() {
    begun = System.nanoTime();
  }

  /** Nanoseconds, 0 for none. */
  private long left() {
    return Math.max(0, begun + deadline.toNanos() - System.nanoTime());
  }

  private boolean isAnswered() {
    return request.response().ended() || request.response().closed();
  }

  private void end(AsyncResult<Void> answered) {
    vertx.cancelTimer(timer);
    if (answered.failed() && patience.over() == null) {
      ended.gone().increment();
    }
    patience.end(gone());
    whenOver.forEach(Runnable::run);
  }

  private void expire(long id) {
    if (left() > 0) {
      timer = vertx.setTimer(1 + TimeUnit.NANOSECONDS.toMillis(left()), this::expire);
      return;
    }
    RefusedException late =
        RefusedException.unavailable(
            "there is no answer after %d ms, ask for less or try again"
                .formatted(deadline.toMillis()));
    ended.late().increment();
    patience.end(late);
    whenOver.forEach(Runnable::run);
    if (request.response().headWritten()) {
      BrokenAnswer.end(request.request());
    } else {
      request.fail(late);
    }
  }

  private static RefusedException gone() {
    return RefusedException.unavailable("nobody waits for the answer");
  }

  private static RefusedException tooMuchWork() {
    return RefusedException.malformed(
        "to compare with this pattern takes too much work; ask for a simpler one, or for less");
  }
}
