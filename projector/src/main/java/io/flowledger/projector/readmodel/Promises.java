package io.flowledger.projector.readmodel;

import io.flowledger.schemas.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;

/**
 * Positions that clients were told of before the view here had applied them, since it was late.
 * Whoever is told of a position reads what it holds from then on: so reads wait for these, and
 * nothing is said to be missing before they are applied. Of each partition there is the last one,
 * and none as long as views keep up.
 */
public final class Promises {

  private static final long NONE = -1;
  private static final Position.Log[] LOGS = Position.Log.values();

  private final AtomicLongArray offsets; // of each log, partition after partition
  private final IntPredicate certain;
  private volatile boolean made;

  /** Those of a process that is the only one. */
  public Promises(int partitions) {
    this(partitions, partition -> true);
  }

  /**
   * @param certain whether those of a partition are kept by whoever has its view after this
   *     process; not so where another has it already, which has not been told of them
   */
  public Promises(int partitions, IntPredicate certain) {
    this.certain = certain;
    offsets = new AtomicLongArray(partitions * LOGS.length);
    for (int i = 0; i < offsets.length(); i++) {
      offsets.set(i, NONE);
    }
  }

  private static int place(Position.Log log, int partition) {
    return partition * LOGS.length + log.ordinal();
  }

  private static int place(Position position) {
    return place(position.log(), position.partition());
  }

  /** Whether there has never been one, which is all that most reads ask. */
  public boolean none() {
    return !made;
  }

  /**
   * Somebody is told now that a position is in the log, though it could not be read in time.
   *
   * @throws ViewUnavailableException when it cannot be promised that they will read it: then they
   *     must not be told
   */
  public void make(Position position) {
    if (!certain.test(position.partition())) {
      throw new ViewUnavailableException(
          "%s is in the log, but it is not known what became of it, try again".formatted(position));
    }
    offsets.accumulateAndGet(place(position), position.offset(), Math::max);
    made = true;
  }

  /** The view has applied all up to a position. */
  public void kept(Position applied) {
    int place = place(applied);
    long promised = offsets.get(place);
    if (promised != NONE && promised <= applied.offset()) {
      offsets.compareAndSet(place, promised, NONE);
    }
  }

  /** The last position that was promised; empty where it is known to be applied. */
  public Optional<Position> of(Position.Log log, int partition) {
    long offset = offsets.get(place(log, partition));
    return offset == NONE ? Optional.empty() : Optional.of(new Position(log, partition, offset));
  }

  /** What a read of a partition waits for. */
  public List<Position> of(int partition) {
    return between(partition, partition + 1);
  }

  /** What a read of all partitions waits for. */
  public List<Position> all() {
    return between(0, offsets.length() / LOGS.length);
  }

  private List<Position> between(int from, int to) {
    List<Position> open = List.of();
    for (int place = from * LOGS.length; place < to * LOGS.length; place++) {
      long offset = offsets.get(place);
      if (offset != NONE) {
        open = open.isEmpty() ? new ArrayList<>() : open;
        open.add(new Position(LOGS[place % LOGS.length], place / LOGS.length, offset));
      }
    }
    return open;
  }
}
