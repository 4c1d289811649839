package io.flowledger.projector;

import io.flowledger.projector.PartitionProof.Outcome;
import io.flowledger.projector.readmodel.IndexedEvent;
import io.flowledger.projector.readmodel.LogHead;
import io.flowledger.projector.readmodel.PartitionHead;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The audit of one partition. The log is replayed into a scratch view up to where the live view is,
 * and the two are compared; on the way, the hash chain is held against the ledger of the view and
 * against the head that somebody has recorded.
 *
 * <p>Of most rows, the first replay makes a digest only. Where something differs, a second one
 * keeps all rows, so that they are compared one by one, and a third one finds the events that wrote
 * those that differ.
 */
final class PartitionAudit {

  /**
   * What all partitions have in common.
   *
   * @param mostFindings about the rows of one partition
   * @param stopped says whether to give up
   */
  record Setting(
      AuditedLog log,
      ViewTable.Kind kind,
      RocksResources resources,
      int mostFindings,
      AuditProgress progress,
      BooleanSupplier stopped) {}

  private static final String ALTERED =
      " of the view is not what the log gives: it has %d bytes instead of %d, and the first that"
          + " differs is byte %d";

  private final Setting setting;
  private final int partition;
  private final Path scratch;
  private final Optional<LogHead> recorded;
  private final long start;
  private final long end;
  private final List<Finding> findings = new ArrayList<>();
  private LogHead head = LogHead.EMPTY;
  private LogHead atApplied = LogHead.EMPTY;
  private @Nullable LogHead atRecorded;
  private long rows;

  /**
   * @param scratch folder to make; deleted by the caller
   * @param recorded head that the log must have
   */
  PartitionAudit(Setting setting, int partition, Path scratch, Optional<LogHead> recorded) {
    this.setting = setting;
    this.partition = partition;
    this.scratch = scratch;
    this.recorded = recorded;
    this.start = setting.log().start(partition);
    this.end = setting.log().end(partition);
  }

  /** Where there is no view, only the chain can be compared. */
  PartitionProof withoutView() {
    if (startsAtTheBeginning()) {
      long last = recorded.isPresent() ? recorded.get().offset() : -1;
      readable(() -> replay(last, record -> {}));
      checkRecorded();
    }
    boolean proven = recorded.isPresent() || end == 0;
    return proof(
        proven ? Outcome.PROVEN : Outcome.UNPROVEN, end == 0 ? "" : "its view is not here");
  }

  PartitionProof of(RocksTable view) {
    byte[] row = view.get(StoreIdentity.KEY);
    Optional<StoreIdentity> identity = Optional.ofNullable(row).map(StoreIdentity::fromRow);
    int version = setting.kind().version();
    if (identity.isPresent() && identity.get().projection() != version) {
      return proof(
          Outcome.UNPROVEN,
          "its view was made by version %d of the projection, and this is version %d"
              .formatted(identity.get().projection(), version));
    }
    if (startsAtTheBeginning()) {
      LogHead known = identity.map(StoreIdentity::head).orElse(LogHead.EMPTY);
      setting.progress().expectRows(view.estimatedRows());
      readable(() -> compare(view, known));
      checkRecorded();
    }
    return proof(Outcome.PROVEN, "");
  }

  /** What there is to say where the view cannot be read. */
  PartitionProof damaged(String what) {
    findings.add(new Finding(place(), what));
    return proof(Outcome.DIFFERS, "");
  }

  private PartitionProof proof(Outcome outcome, String remark) {
    return new PartitionProof(
        findings.isEmpty() ? outcome : Outcome.DIFFERS,
        new PartitionHead(setting.log().topic(), partition, head),
        rows,
        List.copyOf(findings),
        remark);
  }

  private boolean startsAtTheBeginning() {
    if (start > 0) {
      findAt(0, "the log starts at offset %d: the records before it were deleted".formatted(start));
    }
    return start == 0;
  }

  private void readable(Runnable reading) {
    try {
      reading.run();
    } catch (AuditedLog.DamagedException e) {
      findAt(e.offset(), "the log cannot be read from here on: " + e.getMessage());
    }
  }

  // ---- the chain -------------------------------------------------------------------------------

  private void compare(RocksTable view, LogHead known) {
    byte[] key = new byte[RowDigest.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    try (ScratchView replayed = scratchView("digest", new RowDigest(key))) {
      Optional<LedgerCheck.Parted> parted = replay(view, known.offset(), replayed);
      boolean sameLog = atApplied.equals(known);
      if (!sameLog) {
        parted.ifPresentOrElse(
            this::findInLog,
            () -> findAt(known.offset(), "the view has another head of the chain: " + known));
        return; // rows of another log differ, and say no more
      }
      parted.ifPresent(
          at -> findAt(at.offset(), "the ledger of the view is altered; the log is not"));
      if (parted.isPresent() || !isSame(replayed, view, new RowDigest(key))) {
        findRows(view, known.offset());
      }
    }
  }

  private void findInLog(LedgerCheck.Parted at) {
    findAt(
        at.offset(),
        switch (at.how()) {
          case OTHER_RECORD ->
              "the log has another record here than the view was made from: it was altered or"
                  + " swapped, or one was inserted or deleted";
          case MISSING_RECORD ->
              at.offset() >= end
                  ? "the log ends here, but the view was made from more: its end was cut off"
                  : "the log has no record here, but the view was made from one: it was deleted";
          case UNKNOWN_RECORD ->
              "the log has a record here that the view was not made from: it was inserted";
        });
  }

  private void checkRecorded() {
    if (recorded.isEmpty()) {
      return;
    }
    LogHead wanted = recorded.get();
    if (end <= wanted.offset()) {
      findAt(
          end,
          "the log ends here, but its recorded head is at offset %d: its end was cut off"
              .formatted(wanted.offset()));
    } else if (atRecorded == null) {
      findAt(wanted.offset(), "the log has no record here, but its recorded head is one");
    } else if (!wanted.equals(atRecorded)) {
      findAt(
          wanted.offset(),
          "the log up to here is not the recorded one: its head is %s (%d records), recorded is %s"
                  .formatted(atRecorded.hex(), atRecorded.records(), wanted.hex())
              + " (%d records)".formatted(wanted.records()));
    }
  }

  /** Goes on with the records as long as log and ledger are one. */
  private Optional<LedgerCheck.Parted> replay(RocksTable view, long applied, ScratchView replayed) {
    List<LedgerCheck.Parted> parted = new ArrayList<>();
    long last = Math.max(applied, recorded.map(LogHead::offset).orElse(-1L));
    view.walk(
        Keys.ledger().bytes(),
        blocks -> {
          LedgerCheck ledger = new LedgerCheck(blocks);
          Projection projection = new Projection(replayed, replayed);
          replay(
              last,
              record -> {
                if (record.offset() <= applied) {
                  atApplied = head;
                  if (ledger.record(head)) {
                    projection.apply(record);
                  }
                }
              });
          projection.finish();
          ledger.end().ifPresent(parted::add);
        });
    return parted.stream().findFirst();
  }

  /** Visits the records that have a key, up to an offset; {@link #head} is that after each. */
  private void replay(long last, Visitor visitor) {
    head = LogHead.EMPTY;
    read(
        last,
        record -> {
          head = head.next(record.key(), record.value(), record.offset());
          if (recorded.isPresent() && recorded.get().offset() == record.offset()) {
            atRecorded = head;
          }
          visitor.visit(record);
        });
  }

  private interface Visitor {
    void visit(ConsumerRecord<byte[], byte[]> record);
  }

  private void read(long last, Visitor visitor) {
    long to = Math.min(end, last + 1);
    setting.progress().expectRecords(to);
    setting
        .log()
        .read(
            partition,
            to,
            record -> {
              checkStopped();
              setting.progress().records(1);
              if (record.key() != null) {
                visitor.visit(record);
              }
            });
  }

  private void checkStopped() {
    if (setting.stopped().getAsBoolean()) {
      throw new CancellationException("stopped");
    }
  }

  // ---- the rows --------------------------------------------------------------------------------

  private ScratchView scratchView(String name, @Nullable RowDigest digest) {
    return new ScratchView(scratch.resolve(name).toFile(), setting.resources(), digest);
  }

  /** Applies records to a scratch view. */
  private final class Projection {
    private final ScratchView view;
    private final ViewWriter writer;
    private long block;

    /**
     * @param writer through which the view is written
     */
    Projection(ScratchView view, ViewWriter writer) {
      this.view = view;
      this.writer = writer;
    }

    void apply(ConsumerRecord<byte[], byte[]> record) {
      long offset = record.offset();
      if (IndexedEvent.block(offset) != block) {
        view.endOfBlock();
        block = IndexedEvent.block(offset);
      }
      setting.kind().apply(record.key(), record.value(), offset, writer);
      view.endOfRecord();
    }

    void finish() {
      view.finish();
    }
  }

  private boolean isSame(ScratchView replayed, RocksTable view, RowDigest found) {
    RowComparison comparison = comparison(1);
    comparison.compare(replayed, view, found);
    rows = comparison.rows();
    RowDigest expected = replayed.digest();
    return comparison.differences().isEmpty() && (expected == null || expected.isOfSameRows(found));
  }

  private RowComparison comparison(int most) {
    LongConsumer progress = setting.progress()::rows;
    return new RowComparison(
        most,
        compared -> {
          checkStopped();
          progress.accept(compared);
        });
  }

  private void findRows(RocksTable view, long applied) {
    List<RowComparison.Difference> differences;
    try (ScratchView replayed = scratchView("rows", null)) {
      Projection projection = new Projection(replayed, replayed);
      read(applied, projection::apply);
      projection.finish();
      setting.progress().expectRows(view.estimatedRows());
      RowComparison comparison = comparison(setting.mostFindings());
      comparison.compare(replayed, view, null);
      differences = comparison.differences();
    }
    if (!differences.isEmpty()) {
      name(differences, applied);
    }
  }

  private void name(List<RowComparison.Difference> differences, long applied) {
    Set<ByteBuffer> keys =
        differences.stream()
            .map(difference -> ByteBuffer.wrap(difference.key()))
            .collect(Collectors.toSet());
    try (ScratchView replayed = scratchView("writers", null)) {
      WriterNotes notes = new WriterNotes(replayed, keys);
      Projection projection = new Projection(replayed, notes);
      read(
          applied,
          record -> {
            notes.at(record.offset());
            projection.apply(record);
          });
      differences.forEach(difference -> find(difference, notes.writerOf(difference.key())));
    }
  }

  private void find(RowComparison.Difference difference, OptionalLong writer) {
    String what = KeyText.of(difference.key());
    byte[] expected = difference.expected();
    byte[] found = difference.found();
    if (expected == null) {
      what += " of the view is not from the log: no event has written it";
    } else if (found == null) {
      what += " is missing from the view";
    } else {
      what += ALTERED.formatted(found.length, expected.length, Arrays.mismatch(expected, found));
    }
    if (writer.isPresent()) {
      findAt(writer.getAsLong(), what);
    } else {
      findings.add(new Finding(place(), what));
    }
  }

  private void findAt(long offset, String what) {
    findings.add(new Finding(place() + "@" + offset, what));
  }

  private String place() {
    return setting.log().topic() + "-" + partition;
  }
}
