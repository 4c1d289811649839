package io.flowledger.projector;

import java.io.File;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The view of one partition of one topic. The topic itself is the store's changelog: live
 * processing, restoration and standby replicas run the same projection over it.
 *
 * <p>The invariant: rows and applied offset are written in one batch, so that the table is the
 * projection of a prefix of the log, whatever dies when. Records at or below the applied offset are
 * dropped on every path, which makes at-least-once delivery exactly-once in effect.
 *
 * <p>One thread writes at a time, which Kafka Streams sees to; any thread reads. Kafka Streams
 * closes and opens the same object again, so everything that lives as long as an opening is in
 * {@link Opened}.
 */
final class ViewStore implements StateStore {

  private static final Logger LOG = LoggerFactory.getLogger(ViewStore.class);

  private static final int MAX_BATCH_RECORDS = 512;
  private static final long MAX_BATCH_BYTES = 4 << 20;
  private static final byte[] IDENTITY = Keys.bookkeeping("identity");
  private static final byte[] COMMITTED = Keys.bookkeeping("committed");
  private static final long NOTHING = -1;

  /** Is told what becomes readable. */
  interface Listener {
    /** The store has caught up with what the group had committed, and goes on from there. */
    void live(int partition, Snapshot state);

    /** Everything up to the offset is readable. */
    void applied(int partition, long offset);

    void closed(int partition);
  }

  /**
   * What a store holds when it goes live.
   *
   * @param table to read from
   * @param applied offset of the last record in it, -1 for none
   * @param target offset of the last record that was in the log when the store was opened
   */
  record Snapshot(RocksTable table, long applied, long target) {}

  /**
   * What the stores of one topic have in common.
   *
   * @param name of the store
   * @param topic that it is the view of
   * @param keptWhole whether the topic keeps every record for ever; else it is compacted
   * @param version of the projection
   */
  record Kind(
      String name, String topic, boolean keptWhole, int version, RecordProjection projection) {}

  private final Kind kind;
  private final RocksResources resources;
  private final LogInspector log;
  private final Listener listener;
  private @Nullable Opened opened;

  ViewStore(Kind kind, RocksResources resources, LogInspector log, Listener listener) {
    this.kind = kind;
    this.resources = resources;
    this.log = log;
    this.listener = listener;
  }

  /** What lives from {@link #init} to {@link #close}. */
  private static final class Opened {
    final TopicPartition partition;
    final RocksTable table;
    final WriteAhead ahead;
    LogInspector.LogState logState;
    long applied = NOTHING;
    long buffered = NOTHING;
    int bufferedRecords;
    byte @Nullable [] lastKey;
    byte @Nullable [] lastValue;
    long committed = NOTHING;
    boolean live;

    Opened(TopicPartition partition, RocksTable table, LogInspector.LogState logState) {
      this.partition = partition;
      this.table = table;
      this.ahead = new WriteAhead(table);
      this.logState = logState;
    }

    void close() {
      table.close();
      ahead.close();
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
    TopicPartition partition = new TopicPartition(kind.topic(), context.taskId().partition());
    LogInspector.LogState logState = log.inspect(partition);
    Opened opening =
        new Opened(
            partition,
            new RocksTable(new File(context.stateDir(), kind.name()), resources),
            logState);
    try {
      load(opening);
    } catch (RuntimeException e) {
      opening.close();
      throw e;
    }
    opened = opening;
    context.register(root, (RecordBatchingStateRestoreCallback) this::restore);
  }

  private void load(Opened opening) {
    byte[] identity = opening.table.get(IDENTITY);
    byte[] committed = opening.table.get(COMMITTED);
    String contradiction = "";
    if (identity != null) {
      StoreIdentity known = StoreIdentity.fromRow(identity);
      contradiction = contradiction(opening, known);
      if (contradiction.isEmpty()) {
        opening.applied = known.applied();
        opening.buffered = known.applied();
        opening.committed = committed == null ? NOTHING : ByteBuffer.wrap(committed).getLong();
      }
    }
    if (kind.keptWhole() && opening.logState.start() > opening.applied + 1) {
      throw new LogContradictionException(
          "%s starts at offset %d, but the view needs it from offset %d on: records were deleted"
              .formatted(opening.partition, opening.logState.start(), opening.applied + 1));
    }
    if (!contradiction.isEmpty()) {
      LOG.warn("rebuilding the view of {} from the log: {}", opening.partition, contradiction);
      opening.table.wipe();
    }
  }

  /** Why the log is not the one that the store was made from; empty when it is. */
  private String contradiction(Opened opening, StoreIdentity known) {
    if (known.projection() != kind.version()) {
      return "it was made by another version of the projection";
    }
    if (!known.topic().equals(opening.logState.topic())) {
      return "the topic was recreated";
    }
    if (known.applied() >= opening.logState.end()) {
      return "it is ahead of the log, which has lost its end";
    }
    if (!kind.keptWhole() || known.applied() < opening.logState.start()) {
      return ""; // the applied record may be gone, and rightly
    }
    boolean same =
        log.fingerprint(opening.partition, known.applied())
            .filter(known.fingerprint()::equals)
            .isPresent();
    return same ? "" : "the log has another record at offset " + known.applied();
  }

  @Override
  public void close() {
    Opened closing = opened;
    if (closing == null) {
      return;
    }
    opened = null;
    hide(closing);
    closing.close();
  }

  private void hide(Opened store) {
    if (store.live) {
      store.live = false;
      listener.closed(store.partition.partition());
    }
  }

  /** The task is restored: from here on, what is applied is what the owner serves. */
  void goLive() {
    Opened store = opened();
    store.live = true;
    listener.live(
        store.partition.partition(),
        new Snapshot(store.table, store.applied, store.logState.lastKeyed()));
  }

  // ---- writing ---------------------------------------------------------------------------------

  private void restore(Collection<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      apply(record.key(), record.value(), record.offset());
    }
    write();
  }

  /**
   * Applies a record that is not applied yet.
   *
   * @return what the projection made of it, now or when it was applied
   */
  Verdict apply(byte[] key, byte @Nullable [] value, long offset) {
    Opened store = opened();
    if (offset <= store.buffered) {
      byte[] verdict = store.ahead.get(Keys.verdict(offset));
      return verdict == null ? Verdict.APPLIED : Verdict.fromRow(verdict);
    }
    Verdict verdict = kind.projection().apply(key, value, store.ahead);
    if (!verdict.equals(Verdict.APPLIED)) {
      store.ahead.put(Keys.verdict(offset), verdict.toRow());
    }
    store.buffered = offset;
    store.lastKey = key;
    store.lastValue = value;
    if (++store.bufferedRecords >= MAX_BATCH_RECORDS || store.ahead.bytes() >= MAX_BATCH_BYTES) {
      write();
    }
    return verdict;
  }

  /** Writes what has been applied, and makes it readable. */
  void write() {
    Opened store = opened();
    if (store.buffered == store.applied) {
      return;
    }
    store.ahead.put(
        IDENTITY,
        new StoreIdentity(
                kind.version(),
                store.logState.topic(),
                store.buffered,
                StoreIdentity.Fingerprint.of(store.lastKey, store.lastValue))
            .toRow());
    store.ahead.flush();
    store.bufferedRecords = 0;
    store.applied = store.buffered;
    if (store.live) {
      listener.applied(store.partition.partition(), store.applied);
    }
  }

  // ---- offsets (KIP-1035): the store's own applied offset is the truth -------------------------

  @Override
  public void commit(Map<TopicPartition, Long> offsets) {
    Opened store = opened;
    if (store == null) {
      return;
    }
    if (offsets.isEmpty()) {
      hide(store);
      wipe(store); // Kafka Streams takes the task for corrupted and restores it from the log
      return;
    }
    write();
    Long committed = offsets.get(store.partition);
    if (committed != null && committed >= 0 && committed != store.committed) {
      store.table.put(COMMITTED, ByteBuffer.allocate(Long.BYTES).putLong(committed).array());
      store.committed = committed;
    }
  }

  /**
   * What Kafka Streams last committed, never more than is applied: from there it restores. The
   * applied offset itself would be ahead of the group, which it takes for corruption.
   */
  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    Opened store = opened();
    long offset = Math.min(store.committed, store.applied);
    return offset < 0 ? null : offset;
  }

  private static void wipe(Opened store) {
    store.ahead.discard();
    store.table.wipe();
    store.applied = NOTHING;
    store.buffered = NOTHING;
    store.bufferedRecords = 0;
    store.committed = NOTHING;
  }

  private Opened opened() {
    Opened store = opened;
    if (store == null) {
      throw new IllegalStateException("store " + kind.name() + " is not open");
    }
    return store;
  }
}
