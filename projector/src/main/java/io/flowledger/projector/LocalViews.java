package io.flowledger.projector;

import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.ReadModel.Copy;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.RocksView;
import io.flowledger.schemas.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The views that this process owns right now, and who waits for them. Stores report here as they go
 * live, advance and close.
 */
final class LocalViews {

  private static final long NOT_HERE = Long.MIN_VALUE;

  private final List<Partition> partitions;
  private final Tenure tenure;
  private final LongSupplier nanoTime;
  private final Duration applyTimeout;

  /**
   * @param applyTimeout how long a waiter waits at most
   * @param nanoTime the clock that waiting is measured with
   * @param tenure says whether what is here may be read
   */
  LocalViews(int partitions, Duration applyTimeout, LongSupplier nanoTime, Tenure tenure) {
    this.tenure = tenure;
    this.partitions = IntStream.range(0, partitions).mapToObj(Partition::new).toList();
    this.applyTimeout = applyTimeout;
    this.nanoTime = nanoTime;
  }

  /** One topic's half of a partition's view. */
  private static final class Half implements ViewStore.Listener {
    final AppliedPositions positions = new AppliedPositions();
    private final Runnable changed;
    volatile ViewStore.@Nullable Snapshot live;
    volatile boolean caughtUp;
    volatile ViewStore.@Nullable Snapshot standby; // of a store that is not live
    volatile long appliedLast = NOT_HERE; // the last offset, of one that is

    Half(Runnable changed) {
      this.changed = changed;
    }

    @Override
    public void live(int partition, ViewStore.Snapshot state) {
      live = state;
      standby = null;
      appliedLast = state.applied();
      caughtUp = state.applied() >= state.target();
      positions.open(state.applied());
      changed.run();
    }

    @Override
    public void applied(int partition, long offset) {
      appliedLast = offset;
      if (!caughtUp) {
        ViewStore.Snapshot state = live;
        caughtUp = state != null && offset >= state.target();
        changed.run();
      }
      positions.advance(offset);
    }

    @Override
    public void closed(int partition) {
      live = null;
      appliedLast = NOT_HERE;
      caughtUp = false;
      changed.run();
      positions.close();
    }

    @Override
    public void restored(int partition, ViewStore.Snapshot state) {
      standby = state;
    }

    @Override
    public void dropped(int partition) {
      standby = null;
    }

    long standbyApplied() {
      ViewStore.Snapshot state = standby;
      return state == null ? NOT_HERE : state.applied();
    }
  }

  private final class Partition {
    final int number;
    final Half events = new Half(this::refresh);
    final Half heartbeats = new Half(this::refresh);
    volatile @Nullable RocksView view;

    Partition(int number) {
      this.number = number;
    }

    private synchronized void refresh() {
      ViewStore.Snapshot ofEvents = events.live;
      ViewStore.Snapshot ofHeartbeats = heartbeats.live;
      RocksView before = view;
      view =
          ofEvents != null && ofHeartbeats != null && events.caughtUp && heartbeats.caughtUp
              ? new RocksView(ofEvents.table(), ofHeartbeats.table())
              : null;
      if (before == null && view != null) {
        tenure.opened(number);
      } else if (before != null && view == null) {
        tenure.closed(number);
      }
    }

    boolean isHere() {
      return events.live != null;
    }

    Half half(Position.Log log) {
      return log == Position.Log.EVENTS ? events : heartbeats;
    }
  }

  ViewStore.Listener listener(Position.Log log) {
    return new ViewStore.Listener() {
      @Override
      public void live(int partition, ViewStore.Snapshot state) {
        partitions.get(partition).half(log).live(partition, state);
      }

      @Override
      public void applied(int partition, long offset) {
        partitions.get(partition).half(log).applied(partition, offset);
      }

      @Override
      public void closed(int partition) {
        partitions.get(partition).half(log).closed(partition);
      }

      @Override
      public void restored(int partition, ViewStore.Snapshot state) {
        partitions.get(partition).half(log).restored(partition, state);
      }

      @Override
      public void dropped(int partition) {
        partitions.get(partition).half(log).dropped(partition);
      }
    };
  }

  boolean isHere(int partition) {
    return partitions.get(partition).isHere();
  }

  /** Whether the view of a partition can be read here now. */
  boolean isReadable(int partition) {
    return partitions.get(partition).view != null && tenure.holds(partition);
  }

  /**
   * @throws ViewUnavailableException when it is not here or not caught up, or may not be read
   */
  RocksView view(int partition) {
    Partition local = partitions.get(partition);
    RocksView view = local.view;
    if (view == null) {
      throw new ViewUnavailableException(
          local.isHere()
              ? "the view of partition " + partition + " is catching up with the log"
              : "the view of partition " + partition + " is not here");
    }
    if (!tenure.holds(partition)) {
      throw new ViewUnavailableException(
          "it is not certain that nobody else has the view of partition " + partition);
    }
    return view;
  }

  /**
   * A view that is kept here for another process, where it has what the log had when it was opened;
   * or one of this process, of which it is not certain that nobody else has it.
   */
  Optional<Copy> replica(int partition) {
    Partition local = partitions.get(partition);
    long lastEvent = local.events.appliedLast;
    long lastHeartbeat = local.heartbeats.appliedLast;
    RocksView own = local.view;
    if (own != null) {
      return Optional.of(new Copy(own, lastEvent, lastHeartbeat));
    }
    ViewStore.Snapshot events = local.events.standby;
    ViewStore.Snapshot beats = local.heartbeats.standby;
    return events != null
            && beats != null
            && events.applied() >= events.target()
            && beats.applied() >= beats.target()
        ? Optional.of(
            new Copy(
                new RocksView(events.table(), beats.table()), events.applied(), beats.applied()))
        : Optional.empty();
  }

  void await(Position position, AppliedWaiter waiter) {
    partitions
        .get(position.partition())
        .half(position.log())
        .positions
        .await(position.offset(), nanoTime.getAsLong() + applyTimeout.toNanos(), waiter);
  }

  /** Copies the views that are here into folders of the names that {@code place} gives them. */
  void checkpoint(CheckpointPlace place) {
    for (Partition partition : partitions) {
      for (Position.Log log : Position.Log.values()) {
        checkpoint(partition.number, log, place.of(partition.number, log));
      }
    }
  }

  /** Copies one view, if it is here; says whether it is. It may go while this looks. */
  boolean checkpoint(int partition, Position.Log log, Path directory) {
    ViewStore.Snapshot live = partitions.get(partition).half(log).live;
    if (live == null) {
      return false;
    }
    try {
      live.table().checkpoint(directory);
      return true;
    } catch (ViewUnavailableException e) {
      return false;
    }
  }

  /** Where the copy of a view goes. */
  interface CheckpointPlace {
    Path of(int partition, Position.Log log);
  }

  /** Gives up on waiters whose time is up. */
  void expire() {
    long now = nanoTime.getAsLong();
    for (Partition partition : partitions) {
      partition.events.positions.expire(now);
      partition.heartbeats.positions.expire(now);
    }
  }

  /** Offset of the last record in a view that is here, -1 for none; less where it is not. */
  long applied(Position.Log log, int partition) {
    return partitions.get(partition).half(log).appliedLast;
  }

  /** How far the views of the events are that are here: the last offset, -1 for none. */
  Map<Integer, Long> applied(boolean live) {
    Map<Integer, Long> applied = new TreeMap<>();
    for (Partition partition : partitions) {
      long offset = live ? partition.events.appliedLast : partition.events.standbyApplied();
      if (offset != NOT_HERE) {
        applied.put(partition.number, offset);
      }
    }
    return applied;
  }

  /** The tables that are open here, those that are kept for other processes too. */
  Stream<RocksTable> tables() {
    return partitions.stream()
        .flatMap(partition -> Stream.of(partition.events, partition.heartbeats))
        .flatMap(
            half -> Stream.of(Optional.ofNullable(half.live), Optional.ofNullable(half.standby)))
        .flatMap(Optional::stream)
        .map(ViewStore.Snapshot::table);
  }

  /** The partitions whose views cannot be read here. */
  List<Integer> unreadable() {
    return partitions.stream()
        .map(partition -> partition.number)
        .filter(partition -> !isReadable(partition))
        .toList();
  }
}
