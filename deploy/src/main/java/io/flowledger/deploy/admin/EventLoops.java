package io.flowledger.deploy.admin;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The threads that answer all requests. One that is stuck answers nobody whose connection it has,
 * while the others go on: so each of them is asked, not only the one that a probe happens to reach.
 */
final class EventLoops {

  private final VertxInternal vertx;

  EventLoops(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
  }

  /**
   * Completes when each of them has taken up a task, on the context of the caller; fails where one
   * has not.
   *
   * @param limitMillis how long one may take
   */
  Future<?> takeUp(long limitMillis) {
    List<Future<?>> turns = new ArrayList<>();
    for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
      Promise<Void> turn = Promise.promise();
      loop.execute(turn::tryComplete);
      turns.add(turn.future());
    }
    return vertx
        .getOrCreateContext()
        .<Void>succeededFuture()
        .compose(begun -> Future.all(turns))
        .timeout(limitMillis, TimeUnit.MILLISECONDS);
  }
}
