package io.flowledger.http.forward;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.forward.Replica.Consistency;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Lets reads be answered from the copy of a view that this node keeps for another one. Where it has
 * to be current, the log is asked for its end, and the copy has to come to it: what had been
 * acknowledged when the request came is in it then.
 */
final class ReplicaReads {

  static final String POSITION = "Flowledger-Position";
  private static final long LOOK_AGAIN_MS = 20;
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_AT_A_TIME = 256;

  private final Vertx vertx;
  private final ReadModel readModel;
  private final BlockingWork logReads;

  ReplicaReads(Vertx vertx, ReadModel readModel) {
    this.vertx = vertx;
    this.readModel = readModel;
    this.logReads =
        BlockingWork.onSharedThreads(
            vertx,
            MOST_AT_A_TIME,
            () -> RefusedException.unavailable("too many reads of copies, try again"));
  }

  /**
   * Goes on with the endpoints where the request may be answered from a copy that is here.
   *
   * @param otherwise what is done where it may not
   */
  void answer(RoutingContext request, int partition, Consistency wanted, Runnable otherwise) {
    HttpMethod method = request.request().method();
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    Optional<View> copy = readModel.replica(partition);
    if (wanted == Consistency.OWNER || !reads || copy.isEmpty()) {
      otherwise.run();
    } else if (wanted == Consistency.EVENTUAL) {
      answerFrom(request, partition, copy.get(), otherwise);
    } else {
      logReads
          .run(() -> readModel.end(Position.Log.EVENTS, partition) - 1)
          .onSuccess(
              last ->
                  whenThere(request, partition, last, System.nanoTime() + LONGEST_NANOS, otherwise))
          .onFailure(unknown -> otherwise.run());
    }
  }

  private void whenThere(
      RoutingContext request, int partition, long last, long deadline, Runnable otherwise) {
    Optional<View> copy = readModel.replica(partition);
    if (copy.isEmpty() || System.nanoTime() - deadline > 0) {
      otherwise.run();
    } else if (offset(copy.get()) >= last) {
      answerFrom(request, partition, copy.get(), otherwise);
    } else {
      vertx.setTimer(
          LOOK_AGAIN_MS, later -> whenThere(request, partition, last, deadline, otherwise));
    }
  }

  private static long offset(View view) {
    try {
      return view.head().offset();
    } catch (ViewUnavailableException closed) {
      return -1;
    }
  }

  private static void answerFrom(
      RoutingContext request, int partition, View copy, Runnable otherwise) {
    long offset = offset(copy);
    if (offset < 0) {
      otherwise.run();
      return;
    }
    Replica.put(request, copy);
    request.response().putHeader(POSITION, Position.event(partition, offset).toString());
    request.next();
  }
}
