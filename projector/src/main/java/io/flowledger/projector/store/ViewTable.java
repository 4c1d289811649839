package io.flowledger.projector.store;

import io.flowledger.projector.chain.Ledger;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.layout.Bytes;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.layout.NumberRow;
import io.flowledger.projector.log.LogContradictionException;
import io.flowledger.projector.log.LogInspector;
import io.flowledger.projector.log.RecordFingerprint;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.Verdict;
import java.io.File;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The view of one partition of one topic, open for writing.
 *
 * <p>The invariant: rows and applied offset are written in one batch, so that the table is the
 * projection of a prefix of the log, whatever dies when. Records at or below the applied offset are
 * dropped, which makes at-least-once delivery exactly-once in effect.
 *
 * <p>One thread writes at a time; any thread reads the {@linkplain #table() table}.
 */
public final class ViewTable implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ViewTable.class);

  private static final int MAX_BATCH_RECORDS = 512;
  private static final long MAX_BATCH_BYTES = 4 << 20;
  private static final byte[] COMMITTED = Keys.bookkeeping("committed");
  private static final byte[] LEDGER = Keys.ledger().bytes();
  private static final long NOTHING = -1;

  private final ViewKind kind;
  private final TopicPartition partition;
  private final RocksTable table;
  private final WriteAhead ahead;
  private final LogInspector.LogState logState;
  private long applied = NOTHING;
  private long buffered = NOTHING;
  private int bufferedRecords;
  private byte @Nullable [] lastKey;
  private byte @Nullable [] lastValue;
  private LogHead head = LogHead.EMPTY; // of what is buffered
  private long committed = NOTHING;

  private ViewTable(
      ViewKind kind, TopicPartition partition, RocksTable table, LogInspector.LogState logState) {
    this.kind = kind;
    this.partition = partition;
    this.table = table;
    this.ahead = new WriteAhead(table);
    this.logState = logState;
  }

  /**
   * Opens what is in the directory, and holds it against the log: what was not made from this log
   * is wiped, and what is damaged is set aside.
   *
   * @param parent folder that the view has a directory of its own in
   * @throws LogContradictionException when the log has lost records that the view needs
   */
  public static ViewTable open(
      ViewKind kind, int partition, File parent, RocksResources resources, LogInspector log) {
    LogInspector.LogState logState = log.inspect(new TopicPartition(kind.topic(), partition));
    File directory = new File(parent, kind.name());
    RocksTable table = DamagedViews.open(directory, resources);
    try {
      return loaded(kind, partition, table, logState, log);
    } catch (ViewUnavailableException e) {
      if (!table.isDamaged()) {
        throw e;
      }
      return loaded(kind, partition, DamagedViews.open(directory, resources), logState, log);
    }
  }

  private static ViewTable loaded(
      ViewKind kind,
      int partition,
      RocksTable table,
      LogInspector.LogState logState,
      LogInspector log) {
    TopicPartition source = new TopicPartition(kind.topic(), partition);
    ViewTable view = new ViewTable(kind.in(partition), source, table, logState);
    try {
      view.load(log);
      return view;
    } catch (RuntimeException e) {
      view.close();
      throw e;
    }
  }

  private void load(LogInspector log) {
    byte[] identity = table.get(StoreIdentity.KEY);
    byte[] lastCommitted = table.get(COMMITTED);
    String contradiction = "";
    if (identity != null) {
      StoreIdentity known = StoreIdentity.fromRow(identity);
      contradiction = contradiction(log, known);
      if (contradiction.isEmpty()) {
        applied = known.applied();
        buffered = known.applied();
        head = known.head();
        committed = NumberRow.in(lastCommitted).orElse(NOTHING);
      }
    }
    if (kind.keptWhole() && logState.start() > applied + 1) {
      throw new LogContradictionException(
          "%s starts at offset %d, but the view needs it from offset %d on: records were deleted"
              .formatted(partition, logState.start(), applied + 1));
    }
    if (!contradiction.isEmpty()) {
      LOG.warn("rebuilding the view of {} from the log: {}", partition, contradiction);
      table.wipe();
    }
  }

  /** Why the log is not the one that the view was made from; empty when it is. */
  private String contradiction(LogInspector log, StoreIdentity known) {
    if (known.projection() != kind.version()) {
      return "it was made by another version of the projection";
    }
    if (!known.topic().equals(logState.topic())) {
      return "the topic was recreated";
    }
    if (known.applied() >= logState.end()) {
      return "it is ahead of the log, which has lost its end";
    }
    if (!kind.keptWhole() || known.applied() < logState.start()) {
      return ""; // the applied record may be gone, and rightly
    }
    Optional<RecordFingerprint> there =
        known.applied() == logState.last()
            ? logState.lastFingerprint()
            : log.fingerprint(partition, known.applied());
    return there.filter(known.fingerprint()::equals).isPresent()
        ? ""
        : "the log has another record at offset " + known.applied();
  }

  /** Whether it is the key of a row that is not the projection's. */
  public static boolean isBookkeeping(byte[] key) {
    return Bytes.startsWith(key, LEDGER)
        || Arrays.equals(key, StoreIdentity.KEY)
        || Arrays.equals(key, COMMITTED);
  }

  public TopicPartition partition() {
    return partition;
  }

  /** To read from. */
  public RocksTable table() {
    return table;
  }

  /** The log as it was when the view was opened. */
  public LogInspector.LogState logState() {
    return logState;
  }

  /** Offset of the last record that is written, -1 for none. */
  public long applied() {
    return applied;
  }

  /**
   * Applies a record that is not applied yet; {@link #write} makes it readable.
   *
   * @return what the projection made of it, now or when it was applied
   */
  public Verdict apply(byte @Nullable [] key, byte @Nullable [] value, long offset) {
    if (offset <= buffered) {
      byte[] verdict = ahead.get(Keys.verdict(offset));
      return verdict == null ? Verdict.APPLIED : Verdict.fromRow(verdict);
    }
    Verdict verdict = kind.apply(key, value, offset, ahead);
    if (kind.keptWhole()) {
      head = head.next(key, value, offset);
      ahead.append(Keys.ledger(IndexedEvent.block(offset)), Ledger.entry(head));
    }
    buffered = offset;
    lastKey = key;
    lastValue = value;
    bufferedRecords++;
    return verdict;
  }

  /** Whether so much is buffered that it should be written now. */
  public boolean isFull() {
    return bufferedRecords >= MAX_BATCH_RECORDS || ahead.bytes() >= MAX_BATCH_BYTES;
  }

  /**
   * Writes what has been applied.
   *
   * @return whether there was anything to write
   */
  public boolean write() {
    if (buffered == applied) {
      return false;
    }
    ahead.put(
        StoreIdentity.KEY,
        new StoreIdentity(
                kind.version(),
                logState.topic(),
                buffered,
                RecordFingerprint.of(lastKey, lastValue),
                head)
            .toRow());
    ahead.flush();
    bufferedRecords = 0;
    applied = buffered;
    return true;
  }

  /** Offset that was last given to {@link #commit}, -1 for none. */
  public long committed() {
    return committed;
  }

  /** Remembers how far the group is, which the store tells Kafka Streams when it restores. */
  public void commit(long offset) {
    if (offset != committed) {
      table.put(COMMITTED, NumberRow.of(offset));
      committed = offset;
    }
  }

  /**
   * From here to {@link #endBulk}, a crash may lose what was written last, but nothing from the
   * middle: it is read from the log again then.
   */
  public void startBulk() {
    table.startBulk();
  }

  public void endBulk() {
    table.endBulk();
  }

  /** Removes everything, as if nothing of the log had been applied. */
  public void wipe() {
    ahead.discard();
    table.wipe();
    applied = NOTHING;
    buffered = NOTHING;
    bufferedRecords = 0;
    head = LogHead.EMPTY;
    committed = NOTHING;
  }

  @Override
  public void close() {
    table.close();
    ahead.close();
  }
}
