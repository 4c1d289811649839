package io.flowledger.projector.replay;

import io.flowledger.projector.log.LogRecords;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.store.Folders;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.RocksView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Past states of flows and runs, each in a table of its own in a folder for scratch. A state is
 * kept for a while after its last reader, since whoever reads a page of it reads the next one too.
 */
public final class PastStates implements AutoCloseable {

  private static final int MOST = 32;
  private static final int MOST_IDLE = 8;
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(30);

  private record Key(int partition, PastScope scope, PastBound bound) {}

  private final Path folder;
  private final RecordProjection projection;
  private final LogRecords log;
  private final RocksResources resources;
  private final LongSupplier nanoTime;

  // All guarded by this, but the making of a state, which is guarded by the state: it looks at
  // whether this is closed while it holds the state, which whoever closes takes afterwards.
  private final Map<Key, State> states = new LinkedHashMap<>();
  private long made;
  private volatile boolean closed;

  /**
   * @param folder for this alone; what is in it is deleted
   * @param nanoTime the clock that idleness is measured with
   */
  public PastStates(
      Path folder,
      RecordProjection projection,
      LogRecords log,
      RocksResources resources,
      LongSupplier nanoTime) {
    this.folder = folder;
    this.projection = projection;
    this.log = log;
    this.resources = resources;
    this.nanoTime = nanoTime;
    Folders.delete(folder);
  }

  /** A state and who reads it. */
  private static final class State {
    final Path directory;
    int users;
    long idleSince;
    @Nullable RocksTable table;

    State(Path directory) {
      this.directory = directory;
    }
  }

  /**
   * The state of an object as the projection of a part of the log. Blocks while it is made.
   *
   * @param live the view of the partition; the state goes no further than it has applied
   * @param epochMillis the time that heartbeats are shown at
   * @throws ViewUnavailableException when too many states are being read
   * @throws io.flowledger.projector.readmodel.TooMuchHistoryException when it takes too many events
   */
  public PastState open(
      RocksView live, int partition, PastScope scope, PastBound bound, long epochMillis) {
    long upTo = Math.min(bound.upTo(), live.head().offset());
    Key key = new Key(partition, scope, new PastBound(upTo, bound.latest()));
    State state = take(key);
    try {
      View view = live.past(table(state, key, live), epochMillis);
      return new PastState() {
        private boolean open = true;

        @Override
        public View view() {
          return view;
        }

        @Override
        public void close() {
          synchronized (PastStates.this) {
            if (open) {
              open = false;
              release(state);
            }
          }
        }
      };
    } catch (RuntimeException e) {
      synchronized (this) {
        release(state);
        if (state.users == 0) {
          states.remove(key, state); // else another one tries again
        }
      }
      throw e;
    }
  }

  private State take(Key key) {
    List<State> superfluous;
    State state;
    synchronized (this) {
      state = states.get(key);
      superfluous = state == null ? takeIdle(MOST_IDLE - 1, IDLE_LIMIT) : List.of();
      if (state == null) {
        if (closed || states.size() >= MOST) {
          throw new ViewUnavailableException("too many past states are being read, try again");
        }
        state = new State(folder.resolve(Long.toString(made++)));
        states.put(key, state);
      }
      state.users++;
    }
    superfluous.forEach(PastStates::discard);
    return state;
  }

  private RocksTable table(State state, Key key, View live) {
    synchronized (state) {
      RocksTable table = state.table;
      if (table == null) {
        checkOpen();
        try {
          Files.createDirectories(folder);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        table = new RocksTable(state.directory.toFile(), resources);
        try {
          PastFold.write(
              projection,
              live,
              this::readWhileOpen,
              key.partition(),
              key.scope(),
              key.bound(),
              table);
        } catch (RuntimeException e) {
          table.close();
          Folders.delete(state.directory);
          throw e;
        }
        state.table = table;
      }
      return table;
    }
  }

  private void readWhileOpen(
      int partition, long[] offsets, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
    log.read(
        partition,
        offsets,
        record -> {
          checkOpen();
          return visitor.test(record);
        });
  }

  private void checkOpen() {
    if (closed) {
      throw new ViewUnavailableException("past states are not read any more");
    }
  }

  private void release(State state) {
    state.users--;
    state.idleSince = nanoTime.getAsLong();
  }

  /** Forgets what nobody has read for a while. */
  public void expire() {
    List<State> expired;
    synchronized (this) {
      expired = takeIdle(MOST_IDLE, IDLE_LIMIT);
    }
    expired.forEach(PastStates::discard);
  }

  /**
   * Takes idle states out, the oldest first: all that nobody has read for so long, and so many that
   * no more than a few stay.
   */
  private List<State> takeIdle(int most, Duration limit) {
    List<Map.Entry<Key, State>> idle =
        states.entrySet().stream()
            .filter(entry -> entry.getValue().users == 0)
            .sorted(Comparator.comparingLong(entry -> entry.getValue().idleSince))
            .toList();
    List<State> out = new ArrayList<>();
    long now = nanoTime.getAsLong();
    for (Map.Entry<Key, State> entry : idle) {
      boolean old = now - entry.getValue().idleSince >= limit.toNanos();
      if (old || idle.size() - out.size() > most) {
        out.add(entry.getValue());
        states.remove(entry.getKey());
      }
    }
    return out;
  }

  private static void discard(State state) {
    synchronized (state) {
      RocksTable table = state.table;
      if (table != null) {
        table.close();
      }
      Folders.delete(state.directory);
    }
  }

  @Override
  public void close() {
    List<State> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(states.values());
      states.clear();
    }
    all.forEach(PastStates::discard);
  }
}
