package io.flowledger.projector;

import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Who waits for which offset of one partition. A waiter is told exactly once: when its offset is
 * applied, when its time is up, or when the view goes away. Waiters are called outside the lock.
 */
final class AppliedPositions {

  private record Parked(long offset, long deadlineNanos, AppliedWaiter waiter) {}

  private final PriorityQueue<Parked> parked =
      new PriorityQueue<>(Comparator.comparingLong(Parked::offset));
  private long applied = -1;
  private boolean open;

  /** Starts to serve: everything up to the offset is readable. */
  void open(long appliedOffset) {
    synchronized (parked) {
      open = true;
    }
    advance(appliedOffset);
  }

  void await(long offset, long deadlineNanos, AppliedWaiter waiter) {
    boolean isOpen;
    synchronized (parked) {
      isOpen = open;
      if (open && offset > applied) {
        parked.add(new Parked(offset, deadlineNanos, waiter));
        return;
      }
    }
    if (isOpen) {
      waiter.applied();
    } else {
      waiter.unavailable(new ViewUnavailableException("the view is not open here"));
    }
  }

  /** Everything up to the offset is readable. */
  void advance(long offset) {
    List<AppliedWaiter> due = List.of();
    synchronized (parked) {
      applied = Math.max(applied, offset);
      for (Parked first = parked.peek();
          first != null && first.offset() <= applied;
          first = parked.peek()) {
        if (due.isEmpty()) {
          due = new ArrayList<>();
        }
        due.add(first.waiter());
        parked.remove();
      }
    }
    due.forEach(AppliedWaiter::applied);
  }

  /** Gives up on those whose time is up. */
  void expire(long nowNanos) {
    List<Parked> late = new ArrayList<>();
    synchronized (parked) {
      parked.removeIf(waiting -> waiting.deadlineNanos() - nowNanos <= 0 && late.add(waiting));
    }
    for (Parked waiting : late) {
      waiting
          .waiter()
          .unavailable(
              new ViewUnavailableException(
                  "offset " + waiting.offset() + " was not applied in time"));
    }
  }

  /** Stops to serve: nobody will be told "applied" any more. */
  void close() {
    List<Parked> left;
    synchronized (parked) {
      open = false;
      applied = -1;
      left = List.copyOf(parked);
      parked.clear();
    }
    left.forEach(
        waiting ->
            waiting.waiter().unavailable(new ViewUnavailableException("the view has moved")));
  }
}
