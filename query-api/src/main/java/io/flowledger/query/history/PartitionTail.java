package io.flowledger.query.history;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.Verdict;
import io.flowledger.query.event.HistoryEvent;
import io.flowledger.query.request.ReadThreads;
import io.flowledger.schemas.Position;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The tail of a partition: tells listeners its events as they are applied. However many they are,
 * each event is read once, and rendered once for those that want the same. It has one place in the
 * log, and every listener that it serves is there; one that is behind catches up by itself first.
 *
 * <p>All of its state is used on one event loop.
 */
final class PartitionTail {

  // Events that come together are sent together: sending costs more than the delay.
  private static final long GATHER_MS = 60;
  private static final long MOST_GATHER_MS = 130;
  private static final int TAILS_PER_GATHER_MS = 10;
  private static final long KEEP_ALIVE_MS = 15_000;
  private static final long RETRY_MS = 1000;
  private static final int MOST_EVENTS = 2000;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_BYTES_MISSED = 128 << 10; // of each that catches up

  private enum Phase {
    /** Nobody listens, so it has no place. */
    IDLE,
    /** It waits for the event at its place, or sends those before it. */
    FOLLOWING,
    /** It reads the events from its place on: what comes now waits for the next place. */
    READING
  }

  private final int partition;
  private final ReadModel readModel;
  private final ReadThreads threads;
  private final UnsentBatches unsent;
  private final Vertx vertx;
  private final Context context;
  private final TailListeners listeners = new TailListeners();
  private final List<TailListener> arriving = new ArrayList<>();
  private Phase phase = Phase.IDLE;
  private long next;

  /**
   * @param unsent takes on what is sent
   */
  PartitionTail(
      int partition, ReadModel readModel, ReadThreads threads, UnsentBatches unsent, Vertx vertx) {
    this.partition = partition;
    this.readModel = readModel;
    this.threads = threads;
    this.unsent = unsent;
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    vertx.setPeriodic(
        KEEP_ALIVE_MS, time -> here(() -> listeners.forEach(TailListener::keepAlive)));
  }

  /** Takes on a listener, which has begun its answer. */
  void join(TailListener listener) {
    here(() -> arrive(listener));
  }

  void leave(TailListener listener) {
    here(() -> listeners.remove(listener));
  }

  private void here(Runnable step) {
    context.runOnContext(on -> step.run());
  }

  // ---- listeners that come ---------------------------------------------------------------------

  private void arrive(TailListener listener) {
    if (phase == Phase.READING) {
      arriving.add(listener);
      return;
    }
    if (listener.isOver()) {
      return;
    }
    try {
      if (phase == Phase.IDLE) {
        next = readModel.view(partition).head().offset() + 1;
      }
    } catch (ViewUnavailableException e) {
      end(listener);
      return;
    }
    if (listener.next() < next) {
      catchUp(listener, next);
      return;
    }
    listeners.add(listener);
    if (phase == Phase.IDLE) {
      follow();
    }
  }

  /** Sends what a listener has missed, or the beginning of it, and takes it on again. */
  private void catchUp(TailListener listener, long end) {
    Future<TailBatch> missed;
    try {
      missed = threads.read(() -> missed(listener, end));
    } catch (RefusedException overloaded) {
      end(listener); // it may come again and go on
      return;
    }
    missed
        .onSuccess(batch -> listener.context().runOnContext(on -> sendMissed(listener, batch)))
        .onFailure(cause -> end(listener));
  }

  /** On the context of the listener. */
  private void sendMissed(TailListener listener, TailBatch batch) {
    UnsentBatches.Batch held = unsent.add(batch.heldBytes());
    listener
        .send(batch.of(listener.subscription()), held, batch.end())
        .onSuccess(taken -> join(listener))
        .onFailure(gone -> listener.end());
    held.handedOut();
  }

  private static TailBatch missed(TailListener listener, long end) {
    Subscription subscription = listener.subscription();
    TailBatch batch = new TailBatch(Set.of(subscription), end, MOST_BYTES_MISSED);
    subscription
        .history()
        .scan(
            Optional.of(listener.next() - 1),
            event -> event.logged().offset() < end && !listener.isOver() && batch.add(event));
    return batch;
  }

  // ---- waits, reads, sends, and so on ----------------------------------------------------------

  private void follow() {
    if (listeners.isEmpty()) {
      phase = Phase.IDLE;
      return;
    }
    phase = Phase.FOLLOWING;
    readModel.awaitApplied(
        Position.event(partition, next),
        AppliedWaiter.then(
            this::here, silent -> silent.ifPresentOrElse(reason -> nothingCame(), this::gather)));
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

  /** The more listen, the more it costs to send, and the longer it pays to gather. */
  private void gather() {
    long millis = Math.min(MOST_GATHER_MS, GATHER_MS + listeners.count() / TAILS_PER_GATHER_MS);
    vertx.setTimer(millis, time -> here(this::read));
  }

  private void read() {
    phase = Phase.READING;
    long from = next;
    Set<Subscription> wanting = listeners.subscriptions();
    threads.stretch(() -> batch(from, wanting)).onComplete(batch -> here(() -> goOn(batch)));
  }

  private TailBatch batch(long from, Set<Subscription> wanting) {
    View view = readModel.view(partition);
    long applied = Math.min(view.head().offset() + 1, from + MOST_EVENTS);
    TailBatch batch = new TailBatch(wanting, applied, MOST_BYTES);
    readModel.events(
        partition,
        LongStream.range(from, applied).toArray(),
        logged -> {
          HistoryEvent event = new HistoryEvent(partition, logged, view.verdict(logged.offset()));
          return !isInHistory(view, event) || batch.add(event);
        });
    return batch;
  }

  /** Whether the index has it: who catches up, or asks later, is told the same events. */
  private static boolean isInHistory(View view, HistoryEvent event) {
    if (!(event.verdict() instanceof Verdict.Rejected)) {
      return true;
    }
    long offset = event.logged().offset();
    boolean[] found = {false};
    view.flowEvents(
        event.envelope().flowId(),
        offset,
        indexed -> {
          found[0] = indexed.offset() == offset;
          return false;
        });
    return found[0];
  }

  private void goOn(AsyncResult<TailBatch> read) {
    phase = Phase.FOLLOWING;
    if (read.succeeded()) {
      send(read.result()).onComplete(sent -> here(this::follow));
    } else if (read.cause() instanceof LogUnavailableException) {
      vertx.setTimer(RETRY_MS, time -> here(this::follow));
    } else {
      endAll();
    }
    List<TailListener> waiting = List.copyOf(arriving);
    arriving.clear();
    waiting.forEach(this::arrive);
  }

  /** Succeeds when all event loops have taken it: batches never pile up in front of them. */
  private Future<?> send(TailBatch batch) {
    long from = next;
    next = batch.end();
    UnsentBatches.Batch held = unsent.add(batch.heldBytes());
    return listeners
        .forAll(
            batch.subscriptions(),
            (subscription, alike) -> {
              Buffer events = batch.of(subscription);
              alike.forEach(listener -> send(listener, events, held, from, batch.end()));
            })
        .onComplete(done -> held.handedOut());
  }

  private void send(
      TailListener listener, Buffer events, UnsentBatches.Batch held, long from, long end) {
    if (listener.next() != from) {
      leave(listener); // it knows some of these events already
      join(listener);
    } else if (events.length() > 0 && !listener.keepsUp()) {
      listener.cutOff();
    } else {
      listener.send(events, held, end);
    }
  }

  private void endAll() {
    phase = Phase.IDLE;
    listeners.forEach(TailListener::end);
    listeners.clear();
  }

  private static void end(TailListener listener) {
    listener.context().runOnContext(on -> listener.end());
  }
}
