package io.flowledger.http.forward;

import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Counts the requests that are being answered, but for tails, which have no end. */
public final class UnderWay {

  private volatile AtomicInteger latest = new AtomicInteger();

  void begin(RoutingContext request) {
    if (!Hop.isTail(request)) {
      AtomicInteger count = latest;
      count.incrementAndGet();
      request.addEndHandler(ended -> count.decrementAndGet());
    }
  }

  /** How many there are of those that have come by now, and not been asked for before. */
  public synchronized IntSupplier cameByNow() {
    AtomicInteger count = latest;
    latest = new AtomicInteger();
    return count::get;
  }
}
