package io.flowledger.projector.readmodel;

import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Position;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The views of all partitions, as far as this process can reach them. Callers name a partition and
 * never assume that it is here.
 */
public interface ReadModel {

  int partitions();

  /** Name of the topic of the events. */
  String eventsTopic();

  /** The partition that has all of a flow's history. */
  int partitionOf(String flowId);

  Owner owner(int partition);

  /**
   * The view of a partition. It may close at any time: then its methods throw {@link
   * ViewUnavailableException}.
   *
   * @throws ViewUnavailableException when it is not here, or has not caught up with the log as it
   *     was when it was opened
   */
  View view(int partition);

  /**
   * A view of a partition that another process answers for, or may, kept here to take over from it.
   * It is behind that one, mostly by a moment.
   *
   * @return empty where there is none
   */
  default Optional<Copy> replica(int partition) {
    return Optional.empty();
  }

  /**
   * A view that another process answers for, or may.
   *
   * @param lastEvent offset up to which it has, at least, what the events say; negative for nothing
   * @param lastHeartbeat the same for the heartbeats
   */
  record Copy(View view, long lastEvent, long lastHeartbeat) {

    public long last(Position.Log log) {
      return log == Position.Log.EVENTS ? lastEvent : lastHeartbeat;
    }
  }

  /**
   * Visits events of the log, whose view may be anywhere; what no build can read is left out.
   * Blocks.
   *
   * @param offsets ascending; as those of {@link View#runEvents}
   * @throws LogUnavailableException when the log cannot be read
   */
  void events(int partition, long[] offsets, RowVisitor<LoggedEvent> visitor);

  /**
   * What the projection has made of an event, wherever its view is. Blocks.
   *
   * @return empty where the view has not come to it
   * @throws ViewUnavailableException when nobody can say it now
   */
  default Optional<Verdict> verdict(int partition, long offset) {
    View view = view(partition);
    return view.head().offset() >= offset ? Optional.of(view.verdict(offset)) : Optional.empty();
  }

  /**
   * The offset after the last event or heartbeat of a partition of the log, which its view need not
   * have applied yet, wherever it is. Blocks.
   *
   * @throws LogUnavailableException when the log cannot be read
   */
  long end(Position.Log log, int partition);

  /** What clients of this process were told of before they could read it. */
  Promises promises();

  /**
   * A past state, made of the events of the flow's partition that count, as far as they are
   * applied. Blocks.
   *
   * @param epochMillis the time that it is shown at, to which heartbeats are cut off
   * @throws ViewUnavailableException when the view of the flow is not here, or too much is read
   * @throws LogUnavailableException when the log cannot be read
   * @throws TooMuchHistoryException when it takes too many events
   */
  PastState past(PastScope scope, PastBound bound, long epochMillis);

  /**
   * Begins a rehearsal on the log as it is now; blocks until the views are as far. There is one at
   * a time.
   *
   * @throws ViewUnavailableException when a view is not here, or too far behind
   */
  Rehearsal rehearse();

  /**
   * Calls the waiter once: when the effects of a position are readable, or when that cannot be said
   * within the bound. It may be called at once on this thread, or later on another one; it must not
   * block.
   */
  void awaitApplied(Position position, AppliedWaiter waiter);

  /**
   * The same for a thread that may block.
   *
   * @return why it cannot be said that the effects are readable; empty when they are
   * @throws InterruptedException when the thread is told to end
   */
  default Optional<ViewUnavailableException> awaitApplied(Position position)
      throws InterruptedException {
    BlockingQueue<Optional<ViewUnavailableException>> outcome = new ArrayBlockingQueue<>(1);
    awaitApplied(position, AppliedWaiter.then(Runnable::run, outcome::add));
    return outcome.take();
  }

  /** Is told how waiting for a position ended. */
  interface AppliedWaiter {
    void applied();

    void unavailable(ViewUnavailableException reason);

    /**
     * One that takes both ends for one outcome.
     *
     * @param executor that the outcome is told on, whichever thread it came on
     * @param told why it cannot be said that the effects are readable; empty when they are
     */
    static AppliedWaiter then(
        Executor executor, Consumer<Optional<ViewUnavailableException>> told) {
      return new AppliedWaiter() {
        @Override
        public void applied() {
          executor.execute(() -> told.accept(Optional.empty()));
        }

        @Override
        public void unavailable(ViewUnavailableException reason) {
          executor.execute(() -> told.accept(Optional.of(reason)));
        }
      };
    }
  }

  /** Whether every partition is readable somewhere, with what is missing when it is not. */
  Readiness readiness();

  /**
   * @param ready whether all views answer
   * @param explanation what is missing; when ready, why views do not advance, or empty
   */
  record Readiness(boolean ready, String explanation) {}
}
