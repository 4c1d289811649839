package io.flowledger.http.forward;

import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Requests that wait for a node that answers for their partition. How many there are is bounded.
 * They are looked after together, so that however many wait for a partition, it is asked once who
 * has it. Each is told in the context in which it has come.
 */
final class WaitingRoom {

  private static final long LOOK_EVERY_MS = BackOff.FIRST_MS;
  private static final int MOST_WAITING = 4096;

  /** Whoever waits. Is told once. */
  interface Guest {
    /** Somebody answers for the partition. */
    void goOn(Owner owner);

    /** Nobody does, in time. */
    void tooLate();

    /** Whether nobody waits for it any more. On any thread. */
    boolean hasLeft();
  }

  private record Seat(Context context, long notBefore, long until, Guest guest) {}

  private final Vertx vertx;
  private final ReadModel readModel;
  private final Neighbours neighbours;
  private final Map<Integer, List<Seat>> seats = new HashMap<>(); // by partition
  private int taken;
  private boolean looking;

  WaitingRoom(Vertx vertx, ReadModel readModel, Neighbours neighbours) {
    this.vertx = vertx;
    this.readModel = readModel;
    this.neighbours = neighbours;
  }

  /** How many wait. */
  synchronized int taken() {
    return taken;
  }

  /**
   * Begins to wait.
   *
   * @param refusals how often it has gone on in vain: the more, the longer it waits at least
   * @param until by the clock that never goes back
   * @return false when too many do already
   */
  synchronized boolean enter(int partition, int refusals, long until, Guest guest) {
    if (taken >= MOST_WAITING) {
      return false;
    }
    long least = refusals == 0 ? 0 : BackOff.millis(refusals);
    taken++;
    seats
        .computeIfAbsent(partition, first -> new ArrayList<>())
        .add(
            new Seat(
                vertx.getOrCreateContext(),
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(least),
                until,
                guest));
    if (!looking) {
      looking = true;
      lookLater();
    }
    return true;
  }

  private void lookLater() {
    vertx.setTimer(LOOK_EVERY_MS, later -> look());
  }

  private void look() {
    boolean missing = false;
    for (int partition : waitedFor()) {
      Owner owner = readModel.owner(partition);
      missing |= owner instanceof Owner.Nobody;
      letGo(partition, owner);
    }
    if (missing) {
      neighbours.askAll();
    }
    synchronized (this) {
      looking = taken > 0;
      if (looking) {
        lookLater();
      }
    }
  }

  private synchronized Set<Integer> waitedFor() {
    return Set.copyOf(seats.keySet());
  }

  private synchronized void letGo(int partition, Owner owner) {
    long now = System.nanoTime();
    List<Seat> waiting = seats.getOrDefault(partition, List.of());
    List<Seat> left = new ArrayList<>();
    for (Seat seat : waiting) {
      Guest guest = seat.guest();
      if (guest.hasLeft()) {
        taken--;
      } else if (now - seat.until() > 0) {
        taken--;
        seat.context().runOnContext(on -> guest.tooLate());
      } else if (owner instanceof Owner.Nobody || now - seat.notBefore() < 0) {
        left.add(seat);
      } else {
        taken--;
        seat.context().runOnContext(on -> guest.goOn(owner));
      }
    }
    if (left.isEmpty()) {
      seats.remove(partition);
    } else {
      seats.put(partition, left);
    }
  }
}
