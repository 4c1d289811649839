package io.flowledger.query.request;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Reads of what was there at a moment: on threads that may block, as soon as the view says all that
 * had happened by then. No thread is held while that is waited for.
 */
public final class MomentReads {

  private final Vertx vertx;
  private final ReadModel readModel;
  private final ReadThreads threads;

  public MomentReads(Vertx vertx, ReadModel readModel, ReadThreads threads) {
    this.vertx = vertx;
    this.readModel = readModel;
    this.threads = threads;
  }

  /**
   * Reads something of a flow.
   *
   * @return fails with 400 when the moment is a position of another flow's partition, or none yet,
   *     and with {@link ViewUnavailableException} when the view does not come to it in time
   * @throws RefusedException 503 when too many reads are under way
   */
  <T> Future<T> read(RoutingContext request, Moment moment, String flowId, Callable<T> read) {
    return inStretches(request, reading -> stretch(reading, moment, flowId, read));
  }

  /**
   * Reads something of all flows.
   *
   * @return fails as for one flow, with 400 when the position is in no partition
   * @throws RefusedException 503 when too many reads are under way
   */
  <T> Future<T> read(RoutingContext request, Moment moment, Callable<T> read) {
    return inStretches(
        request,
        reading -> {
          if (moment instanceof Moment.After after) {
            checkPartition(after.position());
          }
          return stretch(reading, moment, read);
        });
  }

  /**
   * Reads something in several stretches.
   *
   * @param read begins; what it throws is a failure
   * @throws RefusedException 503 when too many reads are under way
   */
  public <T> Future<T> inStretches(RoutingContext request, Function<Reading, Future<T>> read) {
    Reading reading = threads.begin(request);
    return Future.succeededFuture(reading).compose(read).onComplete(done -> reading.over());
  }

  /**
   * Reads a stretch of what has begun, when the view of a flow has come to a moment.
   *
   * @throws RefusedException 400 when the moment is a position of another flow's partition
   */
  public <T> Future<T> stretch(Reading reading, Moment moment, String flowId, Callable<T> read) {
    if (moment instanceof Moment.After after) {
      checkPartition(after.position(), flowId);
    }
    return stretch(reading, moment, read);
  }

  private <T> Future<T> stretch(Reading reading, Moment moment, Callable<T> read) {
    return moment instanceof Moment.After after
        ? passed(reading, after.position()).compose(passed -> reading.stretch(read))
        : reading.stretch(read);
  }

  /**
   * @throws RefusedException 400 when there is no such partition
   */
  void checkPartition(Position position) {
    if (position.partition() >= readModel.partitions()) {
      throw RefusedException.malformed(
          "position %s is in none of the %d partitions of the log"
              .formatted(position, readModel.partitions()));
    }
  }

  private void checkPartition(Position position, String flowId) {
    int partition = readModel.partitionOf(flowId);
    if (position.partition() != partition) {
      throw RefusedException.malformed(
          "position %s is not in the history of flow %s, which is in partition %d"
              .formatted(position, flowId, partition));
    }
  }

  /** What is not in the log yet is not waited for: it may never come. */
  private Future<Void> passed(Reading reading, Position position) {
    return isPassed(position)
        ? Future.succeededFuture()
        : inLog(reading, position).compose(there -> applied(position));
  }

  /** Whether the view has come to a position of the events. */
  boolean isPassed(Position position) {
    return readModel.owner(position.partition()) instanceof Owner.Local
        && position.offset() <= readModel.view(position.partition()).head().offset();
  }

  /** A stretch; fails with 400 when the position is not in the log. */
  private Future<Void> inLog(Reading reading, Position position) {
    return reading
        .stretch(() -> readModel.end(position.log(), position.partition()))
        .map(
            end -> {
              if (position.offset() >= end) {
                throw RefusedException.malformed(
                    "position %s is not there yet, the log of partition %d has %d %s"
                        .formatted(
                            position,
                            position.partition(),
                            end,
                            position.log() == Position.Log.EVENTS ? "events" : "heartbeats"));
              }
              return null;
            });
  }

  /**
   * Waits until the view has come to positions of its events.
   *
   * @return fails with 400 when one is not in the log, and with {@link ViewUnavailableException}
   *     when the view does not come to it in time
   * @throws RefusedException 503 when too many reads are under way
   */
  Future<Void> passed(RoutingContext request, List<Position> positions) {
    return inStretches(
        request,
        reading ->
            Future.all(positions.stream().map(position -> passed(reading, position)).toList())
                .mapEmpty());
  }

  /**
   * Sees whether positions are in the log, wherever the views are.
   *
   * @return fails with 400 when one is not
   * @throws RefusedException 503 when too many reads are under way
   */
  Future<Void> there(RoutingContext request, List<Position> positions) {
    return inStretches(
        request,
        reading ->
            Future.all(positions.stream().map(position -> inLog(reading, position)).toList())
                .mapEmpty());
  }

  /**
   * The same as {@link #applied}, also where the position has not been appended yet.
   *
   * @return fails with 400 when it has not come to the log in the meantime, and with {@link
   *     ViewUnavailableException} when it is there, but not applied
   */
  Future<Void> comes(RoutingContext request, Position position) {
    return applied(position)
        .recover(
            late -> there(request, List.of(position)).compose(there -> Future.failedFuture(late)));
  }

  /**
   * Completes when all that clients were told of is readable.
   *
   * @return fails as {@link #applied}
   */
  Future<Void> kept(List<Position> promised) {
    return Future.all(
            promised.stream()
                .map(
                    position ->
                        applied(position).onSuccess(applied -> readModel.promises().kept(position)))
                .toList())
        .mapEmpty();
  }

  /**
   * Completes on the event loop that asks, when the effects of a position are readable.
   *
   * @return fails with {@link ViewUnavailableException} when that cannot be said in time
   */
  private Future<Void> applied(Position position) {
    Context context = vertx.getOrCreateContext();
    Promise<Void> applied = Promise.promise();
    readModel.awaitApplied(
        position,
        AppliedWaiter.then(
            told -> context.runOnContext(on -> told.run()),
            reason -> reason.ifPresentOrElse(applied::fail, applied::complete)));
    return applied.future();
  }
}
