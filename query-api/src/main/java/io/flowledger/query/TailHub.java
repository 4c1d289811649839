package io.flowledger.query;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Tells the clients that follow a partition its events as they are applied. However many they are,
 * each event is read once, and rendered once for those that want the same. Who is behind catches up
 * by himself first: the hub has one place in the log, and every client that it serves is there.
 *
 * <p>All of its state is used on one event loop.
 */
final class TailHub {

  // Events that come together are sent together: sending costs more than the delay.
  private static final long GATHER_MS = 60;
  private static final long MOST_GATHER_MS = 130;
  private static final int TAILS_PER_GATHER_MS = 10;
  private static final long KEEP_ALIVE_MS = 15_000;
  private static final long RETRY_MS = 1000;
  private static final int MOST_EVENTS = 2000;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_BYTES_MISSED = 128 << 10; // of each that catches up

  private final int partition;
  private final ReadModel readModel;
  private final ScanThreads scans;
  private final AtomicLong cutOff;
  private final Vertx vertx;
  private final Context context;
  private final Map<Subscription, Set<Tail>> tails = new HashMap<>();
  private final List<Tail> arriving = new ArrayList<>();
  private long next;
  private boolean following;
  private boolean reading;

  /**
   * @param cutOff counts the clients that were too slow
   */
  TailHub(int partition, ReadModel readModel, ScanThreads scans, AtomicLong cutOff, Vertx vertx) {
    this.partition = partition;
    this.readModel = readModel;
    this.scans = scans;
    this.cutOff = cutOff;
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    vertx.setPeriodic(KEEP_ALIVE_MS, time -> context.runOnContext(on -> keepAlive()));
  }

  /** Takes a client on, which has begun its answer. */
  void join(Tail tail) {
    context.runOnContext(on -> arrive(tail));
  }

  void leave(Tail tail) {
    context.runOnContext(
        on -> {
          Set<Tail> alike = tails.get(tail.subscription());
          if (alike != null && alike.remove(tail) && alike.isEmpty()) {
            tails.remove(tail.subscription());
          }
        });
  }

  // ---- who comes -------------------------------------------------------------------------------

  private void arrive(Tail tail) {
    if (reading) {
      arriving.add(tail);
      return;
    }
    if (tail.isOver()) {
      return;
    }
    try {
      if (!following) {
        next = readModel.view(partition).head().offset() + 1;
      }
    } catch (ViewUnavailableException e) {
      end(tail);
      return;
    }
    if (tail.next() < next) {
      catchUp(tail);
    } else {
      tails.computeIfAbsent(tail.subscription(), first -> new HashSet<>()).add(tail);
      if (!following) {
        following = true;
        follow();
      }
    }
  }

  private void catchUp(Tail tail) {
    long end = next;
    Promise<Void> sent = Promise.promise();
    sent.future().onSuccess(over -> join(tail)).onFailure(gone -> end(tail));
    try {
      scans.begin(sent.future());
    } catch (RefusedException overloaded) {
      end(tail); // it may come again and go on
      return;
    }
    scans
        .stretch(() -> missed(tail, end))
        .onSuccess(
            batch ->
                tail.context()
                    .runOnContext(
                        on ->
                            tail.send(batch.of(tail.subscription()), batch.end()).onComplete(sent)))
        .onFailure(sent::fail);
  }

  /** What a client has missed, or the beginning of it. */
  private static TailBatch missed(Tail tail, long end) {
    Subscription subscription = tail.subscription();
    TailBatch batch = new TailBatch(Set.of(subscription), end, MOST_BYTES_MISSED);
    subscription
        .history()
        .scan(
            Optional.of(tail.next() - 1),
            event -> event.logged().offset() < end && batch.add(event));
    return batch;
  }

  // ---- who is there ----------------------------------------------------------------------------

  private void follow() {
    if (tails.isEmpty()) {
      following = false;
      return;
    }
    readModel.awaitApplied(
        Position.event(partition, next),
        new ReadModel.AppliedWaiter() {
          @Override
          public void applied() {
            context.runOnContext(
                on -> vertx.setTimer(gatherMillis(), time -> onHub(TailHub.this::read)));
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            context.runOnContext(on -> nothingCame());
          }
        });
  }

  /** The more there are, the more it costs to send, and the longer it pays to gather. */
  private long gatherMillis() {
    long count = tails.values().stream().mapToLong(Set::size).sum();
    return Math.min(MOST_GATHER_MS, GATHER_MS + count / TAILS_PER_GATHER_MS);
  }

  private void onHub(Runnable step) {
    context.runOnContext(on -> step.run());
  }

  /** The log is silent, or the view has moved to where the clients have to follow it. */
  private void nothingCame() {
    try {
      readModel.view(partition);
      follow();
    } catch (ViewUnavailableException moved) {
      endAll();
    }
  }

  private void read() {
    reading = true;
    Set<Subscription> wanting = Set.copyOf(tails.keySet());
    scans
        .stretch(() -> batch(next, wanting))
        .onComplete(
            read ->
                onHub(
                    () -> {
                      reading = false;
                      if (read.succeeded()) {
                        send(read.result()).onComplete(sent -> onHub(this::follow));
                      } else if (read.cause() instanceof LogUnavailableException) {
                        vertx.setTimer(RETRY_MS, time -> onHub(this::follow));
                      } else {
                        endAll();
                      }
                      List<Tail> waiting = List.copyOf(arriving);
                      arriving.clear();
                      waiting.forEach(this::arrive);
                    }));
  }

  private TailBatch batch(long from, Set<Subscription> wanting) {
    View view = readModel.view(partition);
    long applied = Math.min(view.head().offset() + 1, from + MOST_EVENTS);
    TailBatch batch = new TailBatch(wanting, applied, MOST_BYTES);
    readModel.events(
        partition,
        LongStream.range(from, applied).toArray(),
        logged -> batch.add(new HistoryEvent(partition, logged, view.verdict(logged.offset()))));
    return batch;
  }

  /**
   * Succeeds when all event loops have taken it, so that batches never pile up in front of them.
   */
  private Future<?> send(TailBatch batch) {
    long from = next;
    next = batch.end();
    Map<Context, Map<Subscription, List<Tail>>> byContext = new HashMap<>();
    batch
        .subscriptions()
        .forEach(
            subscription ->
                tails
                    .getOrDefault(subscription, Set.of())
                    .forEach(
                        tail ->
                            byContext
                                .computeIfAbsent(tail.context(), first -> new HashMap<>())
                                .computeIfAbsent(subscription, first -> new ArrayList<>())
                                .add(tail)));
    List<Future<?>> taken = new ArrayList<>();
    byContext.forEach(
        (loop, of) -> {
          Promise<Void> done = Promise.promise();
          taken.add(done.future());
          loop.runOnContext(
              on -> {
                try {
                  of.forEach((subscription, alike) -> send(batch, from, subscription, alike));
                } finally {
                  done.complete();
                }
              });
        });
    return Future.join(taken);
  }

  private void send(TailBatch batch, long from, Subscription subscription, List<Tail> alike) {
    Buffer events = batch.of(subscription);
    for (Tail tail : alike) {
      if (tail.next() != from) {
        rejoin(tail); // it knows some of these events already
      } else if (events.length() > 0 && !tail.keepsUp()) {
        cutOff.incrementAndGet();
        tail.end();
      } else {
        tail.send(events, batch.end());
      }
    }
  }

  private void rejoin(Tail tail) {
    leave(tail);
    join(tail);
  }

  private void keepAlive() {
    tails.values().forEach(alike -> alike.forEach(tail -> onLoop(tail, tail::comment)));
  }

  private void endAll() {
    following = false;
    tails.values().forEach(alike -> alike.forEach(TailHub::end));
    tails.clear();
  }

  private static void end(Tail tail) {
    onLoop(tail, tail::end);
  }

  private static void onLoop(Tail tail, Runnable step) {
    tail.context().runOnContext(on -> step.run());
  }
}
