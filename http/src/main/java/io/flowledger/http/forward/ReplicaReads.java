package io.flowledger.http.forward;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.forward.Replica.Consistency;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.Copy;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Lets reads be answered from the copy of a view that this node keeps for another one. Where it has
 * to be current, the log is asked for its end, and the copy has to come to it: what had been
 * acknowledged when the request came is in it then. Where the client names a position, which it may
 * have of anybody, the owner is asked: it knows how to wait for it.
 */
final class ReplicaReads {

  private static final long LOOK_AGAIN_MS = 20;
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_AT_A_TIME = 256;

  private final Vertx vertx;
  private final ReadModel readModel;
  private final ForwardMetrics metrics;
  private final BlockingWork logReads;

  ReplicaReads(Vertx vertx, ReadModel readModel, ForwardMetrics metrics) {
    this.metrics = metrics;
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
    boolean names = request.request().headers().contains(Replica.MIN_POSITION);
    Optional<Copy> copy = readModel.replica(partition);
    if (wanted == Consistency.OWNER || !reads || names || copy.isEmpty()) {
      otherwise.run();
    } else if (wanted == Consistency.EVENTUAL) {
      answerFrom(request, copy.get());
    } else {
      long deadline = System.nanoTime() + LONGEST_NANOS;
      logReads
          .run(() -> ends(partition))
          .onSuccess(ends -> whenThere(request, partition, ends, deadline, otherwise))
          .onFailure(unknown -> otherwise.run());
    }
  }

  private Map<Position.Log, Long> ends(int partition) {
    Map<Position.Log, Long> ends = new EnumMap<>(Position.Log.class);
    for (Position.Log log : Position.Log.values()) {
      ends.put(log, readModel.end(log, partition));
    }
    return ends;
  }

  private void whenThere(
      RoutingContext request,
      int partition,
      Map<Position.Log, Long> ends,
      long deadline,
      Runnable otherwise) {
    Optional<Copy> copy = readModel.replica(partition);
    if (copy.isEmpty() || System.nanoTime() - deadline > 0) {
      otherwise.run();
    } else if (has(copy.get(), ends)) {
      answerFrom(request, copy.get());
    } else {
      vertx.setTimer(
          LOOK_AGAIN_MS, later -> whenThere(request, partition, ends, deadline, otherwise));
    }
  }

  private static boolean has(Copy copy, Map<Position.Log, Long> ends) {
    return ends.entrySet().stream().allMatch(end -> copy.last(end.getKey()) >= end.getValue() - 1);
  }

  private void answerFrom(RoutingContext request, Copy copy) {
    metrics.standbyReads().increment();
    Replica.put(request, copy.view());
    request.next();
  }
}
