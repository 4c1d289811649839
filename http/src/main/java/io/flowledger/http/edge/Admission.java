package io.flowledger.http.edge;

import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Bounds how many requests are under way, and how long others wait for their turn, so that those
 * that are answered are answered fast however many come: what is above the bounds is refused at
 * once, before anything of it is read. Tails do not count, which have no end and a bound of their
 * own.
 */
public final class Admission implements Routes {

  private final int most;
  private final Predicate<String> open;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Counter refused;
  private final Map<Thread, LoopQueue> queues = new ConcurrentHashMap<>();

  /**
   * @param most requests that may be under way
   * @param open whether a path, as it is routed, is always admitted
   */
  public Admission(int most, Predicate<String> open, MeterRegistry metrics) {
    this.most = most;
    this.open = open;
    Gauge.builder("flowledger.requests.pending", underWay, AtomicInteger::get)
        .description("Requests that are under way")
        .register(metrics);
    this.refused =
        Counter.builder("flowledger.requests.refused")
            .description("Requests that were refused, since too many were under way")
            .register(metrics);
  }

  /** Refuses also what comes while too much waits for an event loop, until that is closed. */
  public Admission watching(Vertx vertx) {
    for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      loop.execute(
          () -> {
            LoopQueue queue = new LoopQueue(System.nanoTime());
            queues.put(Thread.currentThread(), queue);
            loop.scheduleWithFixedDelay(
                () -> queue.tick(System.nanoTime()),
                LoopQueue.TICK_NANOS,
                LoopQueue.TICK_NANOS,
                TimeUnit.NANOSECONDS);
          });
    }
    return this;
  }

  @Override
  public void mount(Router router) {
    // What it refuses is refused before there is an endpoint.
  }

  @Override
  public void admit(RoutingContext request) {
    if (open.test(request.normalizedPath()) || Requests.isTail(request)) {
      return;
    }
    LoopQueue queue = queues.get(Thread.currentThread());
    if (queue != null && !queue.admits()) {
      refused.increment();
      throw RefusedException.unavailable("too many requests wait, try again");
    }
    if (underWay.incrementAndGet() > most) {
      underWay.decrementAndGet();
      refused.increment();
      throw RefusedException.unavailable("too many requests are under way, try again");
    }
    request.addEndHandler(ended -> underWay.decrementAndGet());
  }
}
