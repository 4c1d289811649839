package io.flowledger.projector;

import io.flowledger.projector.log.LogInspector;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewTable;
import io.flowledger.projector.streams.KeylessRecords;
import io.flowledger.schemas.serde.Framing;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.jspecify.annotations.Nullable;

/**
 * The view of a partition as Kafka Streams sees it. The topic itself is the store's changelog: live
 * processing, restoration and standby replicas run the same projection over it.
 *
 * <p>Kafka Streams closes and opens the same object again, so everything that lives as long as an
 * opening is in {@link Opened}.
 */
final class ViewStore implements StateStore {

  /** Is told what becomes readable. */
  interface Listener {
    /** The store has caught up with what the group had committed, and goes on from there. */
    void live(int partition, Snapshot state);

    /** Everything up to the offset is readable. */
    void applied(int partition, long offset);

    void closed(int partition);

    /** A store that is not live, and may never be, holds this. */
    default void restored(int partition, Snapshot state) {}

    /** A store that was not live is closed. */
    default void dropped(int partition) {}
  }

  /**
   * What a store holds when it goes live, or while it does not.
   *
   * @param table to read from
   * @param applied offset of the last record in it, -1 for none
   * @param target offset of the last record that was in the log when the store was opened
   */
  record Snapshot(RocksTable table, long applied, long target) {}

  private final ViewKind kind;
  private final RocksResources resources;
  private final LogInspector log;
  private final Listener listener;
  private @Nullable Opened opened;

  ViewStore(ViewKind kind, RocksResources resources, LogInspector log, Listener listener) {
    this.kind = kind;
    this.resources = resources;
    this.log = log;
    this.listener = listener;
  }

  /** What lives from {@link #init} to {@link #close}. */
  private static final class Opened {
    final ViewTable view;
    boolean live;

    Opened(ViewTable view) {
      this.view = view;
    }

    int partition() {
      return view.partition().partition();
    }
  }

  // ---- life cycle ------------------------------------------------------------------------------

  @Override
  public String name() {
    return kind.name();
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return opened != null;
  }

  @Override
  @SuppressWarnings("deprecation") // until Kafka Streams takes it for granted
  public boolean managesOffsets() {
    return true;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    opened =
        new Opened(
            ViewTable.open(kind, context.taskId().partition(), context.stateDir(), resources, log));
    tellRestored();
    context.register(root, (RecordBatchingStateRestoreCallback) this::restore);
  }

  @Override
  public void close() {
    Opened closing = opened;
    if (closing == null) {
      return;
    }
    opened = null;
    if (closing.live) {
      hide(closing);
    } else {
      listener.dropped(closing.partition());
    }
    closing.view.close();
  }

  private void hide(Opened store) {
    if (store.live) {
      store.live = false;
      listener.closed(store.partition());
    }
  }

  /** The task is restored: from here on, what is applied is what the owner serves. */
  void goLive() {
    Opened store = opened();
    store.live = true;
    listener.live(store.partition(), snapshot(store));
  }

  /** This process does not serve it any longer, though it may stay open, as a standby does. */
  void standDown() {
    Opened store = opened;
    if (store != null && store.live) {
      hide(store);
      tellRestored();
    }
  }

  // ---- writing ---------------------------------------------------------------------------------

  private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      apply(
          KeylessRecords.keyOf(record),
          Framing.framed(record.headers(), record.value()),
          record.offset());
    }
    write();
    tellRestored();
  }

  private static Snapshot snapshot(Opened store) {
    return new Snapshot(store.view.table(), store.view.applied(), store.view.logState().last());
  }

  private void tellRestored() {
    Opened store = opened();
    listener.restored(store.partition(), snapshot(store));
  }

  /**
   * Applies a record that is not applied yet.
   *
   * @return what the projection made of it, now or when it was applied
   */
  Verdict apply(byte @Nullable [] key, byte @Nullable [] value, long offset) {
    ViewTable view = opened().view;
    Verdict verdict = view.apply(key, value, offset);
    if (view.isFull()) {
      write();
    }
    return verdict;
  }

  /** Writes what has been applied, and makes it readable. */
  void write() {
    Opened store = opened();
    if (store.view.write() && store.live) {
      listener.applied(store.partition(), store.view.applied());
    }
  }

  /** Whether its files are damaged: it has to be closed and opened, and is a new one then. */
  boolean isDamaged() {
    Opened store = opened;
    return store != null && store.view.table().isDamaged();
  }

  // ---- offsets (KIP-1035): the view's own applied offset is the truth --------------------------

  @Override
  public void commit(Map<TopicPartition, Long> offsets) {
    Opened store = opened;
    if (store == null || store.view.table().isDamaged()) {
      return; // it is made again, from the beginning
    }
    if (offsets.isEmpty()) {
      hide(store);
      store.view.wipe(); // Kafka Streams takes the task for corrupted and restores it from the log
      return;
    }
    write();
    Long committed = offsets.get(store.view.partition());
    if (committed != null && committed >= 0) {
      store.view.commit(committed);
    }
  }

  /**
   * What Kafka Streams last committed, never more than is applied: from there it restores. The
   * applied offset itself would be ahead of the group, which it takes for corruption.
   */
  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    ViewTable view = opened().view;
    long offset = Math.min(view.committed(), view.applied());
    return offset < 0 ? null : offset;
  }

  private Opened opened() {
    Opened store = opened;
    if (store == null) {
      throw new IllegalStateException("store " + kind.name() + " is not open");
    }
    return store;
  }
}
