package io.flowledger.query.history;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.query.request.ReadThreads;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Tails of histories: clients that are told events as they come, as server-sent events. */
public final class Tails {

  static final String TYPE = "text/event-stream";
  private static final int MOST = 10_000;

  // Of all tails together: what waits for them on the heap, and what the network has a copy of.
  private static final long MOST_UNSENT_BYTES = 16 << 20;
  private static final int MOST_BYTES_IN_FLIGHT = 16 << 20;
  private static final int LARGEST_PIECE = 16 << 10;

  private final Vertx vertx;
  private final ReadModel readModel;
  private final ReadThreads scans;
  private final Map<Integer, PartitionTail> byPartition = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong cutOff = new AtomicLong();
  private final UnsentBatches unsent = new UnsentBatches(MOST_UNSENT_BYTES);

  public Tails(Vertx vertx, ReadModel readModel, ReadThreads scans) {
    this.vertx = vertx;
    this.readModel = readModel;
    this.scans = scans;
  }

  /** How many clients are being told. */
  public int open() {
    return open.get();
  }

  /** How many clients have been cut off, since they did not take what they were sent. */
  public long cutOff() {
    return cutOff.get();
  }

  /** How many bytes are held for clients that have not taken them. */
  public long unsentBytes() {
    return unsent.bytes();
  }

  private int pieceBytes() {
    return Math.min(LARGEST_PIECE, MOST_BYTES_IN_FLIGHT / Math.max(1, open.get()));
  }

  /**
   * Answers with the events that come from now on, or after the one that the client has seen last.
   *
   * @param last the one that it has seen, which is in the log of the partition
   * @throws RefusedException 503 when there are too many clients
   */
  void answer(
      RoutingContext request, int partition, Subscription subscription, Optional<Position> last) {
    long next =
        last.map(Position::offset).orElseGet(() -> readModel.view(partition).head().offset()) + 1;
    if (request.response().closed()) {
      return; // it has gone while it waited for its turn, so no end handler would be called
    }
    if (open.incrementAndGet() > MOST) {
      open.decrementAndGet();
      throw RefusedException.unavailable("too many listings are being read, try again");
    }
    PartitionTail partitionTail =
        byPartition.computeIfAbsent(
            partition, number -> new PartitionTail(number, readModel, scans, unsent, vertx));
    Tail tail = new Tail(request, subscription, next, this::pieceBytes, cutOff::incrementAndGet);
    request.addEndHandler(
        over -> {
          open.decrementAndGet();
          tail.forget();
          partitionTail.leave(tail);
        });
    tail.open();
    partitionTail.join(tail);
  }
}
