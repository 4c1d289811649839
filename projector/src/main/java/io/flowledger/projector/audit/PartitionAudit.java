package io.flowledger.projector.audit;

import io.flowledger.projector.audit.PartitionProof.Outcome;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.log.RecordFingerprint;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.StoreIdentity;
import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.PartitionReader;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The audit of one partition. The log is replayed into a scratch view up to where the live view is,
 * and the two are compared; on the way, the hash chain is held against the ledger of the view and
 * against the head that somebody has recorded. Proven is only what has been compared: without a
 * view, a recorded head that is right says nothing of what the log has behind it, nor of answers.
 *
 * <p>Of most rows, the first replay makes a digest only. Where something differs, a second one
 * keeps all rows, so that they are compared one by one, and a third one finds the events that wrote
 * those that differ.
 */
final class PartitionAudit {

  private static final String LEFT_OUT =
      "its recorded head is of a version that left out records without a key, and says nothing of"
          + " the %d that there are up to offset %d; of all others, the log has the recorded ones:"
          + " record its head anew";

  private final AuditedPartition partition;
  private final Optional<LogHead> recorded;
  private final List<Finding> findings = new ArrayList<>();
  private LogHead head = LogHead.EMPTY;
  private LogHead atApplied = LogHead.EMPTY;
  private LogHead keyed = LogHead.EMPTY;
  private @Nullable Heads atRecorded;
  private String leftOut = "";
  private @Nullable ConsumerRecord<byte[], byte[]> lastApplied;
  private long rows;

  /**
   * Heads after one record.
   *
   * @param keyed of the records that have a key, as versions before 6 of the projection had it
   */
  private record Heads(LogHead all, LogHead keyed) {}

  /**
   * @param recorded head that the log must have
   */
  PartitionAudit(AuditedPartition partition, Optional<LogHead> recorded) {
    this.partition = partition;
    this.recorded = recorded;
  }

  /** Where there is no view, only the chain can be compared with a recorded head. */
  PartitionProof withoutView() {
    compareRecorded();
    return partition.end() == 0 ? proof(Outcome.PROVEN, "") : unproven("its view is not here");
  }

  private PartitionProof unproven(String remark) {
    String ofRecorded =
        leftOut.isEmpty()
            ? "up to offset " + lastRecorded() + ", the log is the recorded one"
            : leftOut;
    return proof(
        Outcome.UNPROVEN,
        recorded.isPresent() && findings.isEmpty() ? remark + "; " + ofRecorded : remark);
  }

  /** What there is to say where the view cannot be read. */
  PartitionProof damaged(String what) {
    findings.add(partition.finding(what));
    compareRecorded();
    return proof(Outcome.DIFFERS, "");
  }

  private void compareRecorded() {
    if (startsAtTheBeginning()) {
      readable(() -> replay(lastRecorded(), record -> {}));
      checkRecorded();
    }
  }

  PartitionProof of(RocksTable view) {
    byte[] row = view.get(StoreIdentity.KEY);
    Optional<StoreIdentity> identity = Optional.ofNullable(row).map(StoreIdentity::fromRow);
    int version = partition.setting().kind().version();
    if (identity.isPresent() && identity.get().projection() != version) {
      compareRecorded();
      return unproven(
          "its view was made by version %d of the projection, and this is version %d"
              .formatted(identity.get().projection(), version));
    }
    if (startsAtTheBeginning()) {
      LogHead known = identity.map(StoreIdentity::head).orElse(LogHead.EMPTY);
      UnknownSchemas unknown = UnknownSchemas.in(view);
      partition.expect(view);
      readable(
          () -> {
            if (compare(view, known, unknown)) {
              identity.ifPresent(this::checkIdentity);
            }
          });
      checkRecorded();
      if (!unknown.remark().isEmpty()) {
        return unproven(unknown.remark());
      }
    }
    if (identity.isEmpty() && partition.end() > 0) {
      return unproven("its view is empty");
    }
    return leftOut.isEmpty() ? proof(Outcome.PROVEN, "") : proof(Outcome.UNPROVEN, leftOut);
  }

  private PartitionProof proof(Outcome outcome, String remark) {
    return new PartitionProof(
        findings.isEmpty() ? outcome : Outcome.DIFFERS,
        partition.head(head),
        rows,
        List.copyOf(findings),
        remark);
  }

  private boolean startsAtTheBeginning() {
    long start = partition.start();
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

  /** Says whether the log is the one that the view was made from. */
  private boolean compare(RocksTable view, LogHead known, UnknownSchemas unknown) {
    byte[] key = new byte[RowDigest.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    try (ScratchView replayed = partition.scratchView("digest", new RowDigest(key), unknown)) {
      Optional<LedgerCheck.Parted> parted = replay(view, known.offset(), replayed);
      boolean sameLog = atApplied.equals(known);
      if (!sameLog) {
        parted.ifPresentOrElse(
            this::findInLog,
            () -> findAt(known.offset(), "the view has another head of the chain: " + known));
        return false; // rows of another log differ, and say no more
      }
      parted.ifPresent(
          at -> findAt(at.offset(), "the ledger of the view is altered; the log is not"));
      if (parted.isPresent() || !isSame(replayed, view, new RowDigest(key))) {
        findings.addAll(new RowSearch(partition, known.offset(), unknown).search(view));
      }
      return true;
    }
  }

  /** What else a view knows of its log: all that it goes by when it is opened. */
  private void checkIdentity(StoreIdentity identity) {
    if (identity.applied() != atApplied.offset()) {
      findAt(
          atApplied.offset(),
          "the view takes offset %d for its last one".formatted(identity.applied()));
    }
    ConsumerRecord<byte[], byte[]> last = lastApplied;
    if (last != null
        && !identity
            .fingerprint()
            .equals(
                RecordFingerprint.of(last.key(), Framing.framed(last.headers(), last.value())))) {
      findAt(last.offset(), "the view takes another record for its last one");
    }
    if (!identity.topic().equals(partition.setting().log().topicId())) {
      findings.add(
          partition.finding(
              "the view was made from another topic of that name, with the same records"));
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
              at.offset() >= partition.end()
                  ? "the log ends here, but the view was made from more: its end was cut off"
                  : "the log has no record here, but the view was made from one: it was deleted";
          case UNKNOWN_RECORD ->
              "the log has a record here that the view was not made from: it was inserted";
          case UNKNOWN_ROW ->
              "the ledger of the view is altered here, and the log is not what it was made from";
        });
  }

  private void checkRecorded() {
    if (recorded.isEmpty()) {
      return;
    }
    LogHead wanted = recorded.get();
    Heads found = atRecorded;
    if (partition.end() <= wanted.offset()) {
      findAt(
          partition.end(),
          "the log ends here, but its recorded head is at offset %d: its end was cut off"
              .formatted(wanted.offset()));
    } else if (found == null) {
      findAt(wanted.offset(), "the log has no record here, but its recorded head is one");
    } else if (wanted.equals(found.keyed()) && !wanted.equals(found.all())) {
      leftOut = LEFT_OUT.formatted(found.all().records() - wanted.records(), wanted.offset());
    } else if (!wanted.equals(found.all())) {
      findAt(
          wanted.offset(),
          "the log up to here is not the recorded one: its head is %s (%d records), recorded is %s"
                  .formatted(found.all().hex(), found.all().records(), wanted.hex())
              + " (%d records)".formatted(wanted.records()));
    }
  }

  /** Goes on with the records as long as log and ledger are one. */
  private Optional<LedgerCheck.Parted> replay(RocksTable view, long applied, ScratchView replayed) {
    List<LedgerCheck.Parted> parted = new ArrayList<>();
    long last = Math.max(applied, lastRecorded());
    view.walk(
        Keys.ledger().bytes(),
        blocks -> {
          LedgerCheck ledger = new LedgerCheck(blocks);
          replay(
              last,
              record -> {
                if (record.offset() <= applied) {
                  atApplied = head;
                  lastApplied = record;
                  if (ledger.record(head)) {
                    replayed.apply(record);
                  }
                }
              });
          replayed.finish();
          ledger.end().ifPresent(parted::add);
        });
    return parted.stream().findFirst();
  }

  /** Visits the records up to an offset; {@link #head} is that after each. */
  private void replay(long last, PartitionReader.Visitor visitor) {
    head = LogHead.EMPTY;
    keyed = LogHead.EMPTY;
    partition.read(
        last,
        record -> {
          extend(record);
          if (recorded.isPresent() && recorded.get().offset() == record.offset()) {
            atRecorded = new Heads(head, keyed);
          }
          visitor.visit(record);
        });
  }

  private void extend(ConsumerRecord<byte[], byte[]> record) {
    LogHead before = head;
    byte[] value = Framing.framed(record.headers(), record.value());
    head = before.next(record.key(), value, record.offset());
    if (record.key() != null && record.offset() <= lastRecorded()) {
      keyed = keyed.equals(before) ? head : keyed.next(record.key(), value, record.offset());
    }
  }

  private long lastRecorded() {
    return recorded.map(LogHead::offset).orElse(-1L);
  }

  // ---- the rows --------------------------------------------------------------------------------

  private boolean isSame(ScratchView replayed, RocksTable view, RowDigest found) {
    RowComparison comparison = partition.comparison(1);
    comparison.compare(replayed, view, found);
    rows = comparison.rows();
    RowDigest expected = replayed.digest();
    return comparison.differences().isEmpty() && (expected == null || expected.isOfSameRows(found));
  }

  private void findAt(long offset, String what) {
    findings.add(partition.finding(offset, what));
  }
}
