package io.flowledger.projector.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.audit.PartitionProof.Outcome;
import io.flowledger.projector.chain.Ledger;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.fixture.Directories;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.FakeAuditedLog;
import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.fixture.RandomEvents;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.layout.Bytes;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.StoreIdentity;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewKinds;
import io.flowledger.projector.store.ViewTable;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to the log or to the view of it: an audit finds it, and says where it is. */
class AuditTest {

  private static final int RECORDS = 700; // more than two blocks

  private final EventSerde serde = Events.serde();
  private ViewKind kind =
      ViewKinds.events(FakeLog.PARTITION.topic(), 1, new EventsProjection(serde));
  private final FakeLog log = new FakeLog();
  private final RocksResources resources = new RocksResources(8 << 20);
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void write() {
    log.append(Events.utf8("F"), serde.serialize(Events.flow(1, "F", 11)));
    log.append(Events.utf8("F"), serde.serialize(Events.run(2, "F", 1, null, null, 12)));
    log.append(Events.utf8("F"), serde.serialize(Events.step(3, "F", 1, "start", 13)));
    log.append(
        Events.utf8("F"), serde.serialize(Events.task(4, "F", 1, "start", 1, null, null, 14)));
    log.append(null, Events.utf8("without a key"));
    for (int i = log.end(); i < RECORDS; i++) {
      log.append(
          Events.utf8("F"),
          serde.serialize(
              Events.metadata(
                  i, "F", 1, "start", 1, 15 + i, List.of(Events.entry(i, "field", "v" + i)))));
    }
    project();
  }

  @AfterEach
  void close() {
    resources.close();
  }

  private void project() {
    Directories.delete(folder.resolve("view"));
    Directories.create(folder.resolve("view"));
    try (ViewTable view =
        ViewTable.open(kind, 0, folder.resolve("view").toFile(), resources, log)) {
      for (int offset = 0; offset < log.end(); offset++) {
        if (log.isRecord(offset)) {
          ConsumerRecord<byte[], byte[]> record = log.record(offset);
          view.apply(record.key(), record.value(), offset);
        }
      }
      view.write();
    }
  }

  private Path view() {
    return folder.resolve("view").resolve(kind.name());
  }

  private PartitionProof audit(PartitionHead... recorded) {
    return audit(Optional.of(view()), recorded);
  }

  private PartitionProof audit(Optional<Path> view, PartitionHead... recorded) {
    Path scratch = folder.resolve("scratch");
    try (Audit audit =
        new Audit(new FakeAuditedLog(log), kind, (partition, place) -> view, scratch, 1)) {
      List<PartitionProof> proofs = audit.run(List.of(recorded), proof -> {});
      assertThat(scratch).doesNotExist();
      return proofs.get(0);
    }
  }

  private void finds(String... findings) {
    finds(audit(), findings);
  }

  private static void finds(PartitionProof proof, String... findings) {
    assertThat(proof.findings().stream().map(Finding::toString)).containsExactly(findings);
    assertThat(proof.outcome()).isEqualTo(Outcome.DIFFERS);
  }

  private LogHead headAt(int last) {
    LogHead head = LogHead.EMPTY;
    for (int offset = 0; offset <= last; offset++) {
      if (log.isRecord(offset)) {
        ConsumerRecord<byte[], byte[]> record = log.record(offset);
        head = head.next(record.key(), record.value(), offset);
      }
    }
    return head;
  }

  /** As versions before 6 of the projection had it: without the records that have no key. */
  private LogHead formerHeadAt(int last) {
    LogHead head = LogHead.EMPTY;
    for (int offset = 0; offset <= last; offset++) {
      ConsumerRecord<byte[], byte[]> record = log.record(offset);
      if (record.key() != null) {
        head = head.next(record.key(), record.value(), offset);
      }
    }
    return head;
  }

  private static PartitionHead recorded(LogHead head) {
    return new PartitionHead(FakeLog.PARTITION.topic(), 0, head);
  }

  private PartitionProof proven(LogHead head, long rows) {
    return new PartitionProof(Outcome.PROVEN, recorded(head), rows, List.of(), "");
  }

  // ---- nothing is wrong ------------------------------------------------------------------------

  @Test
  void anUntouchedLogIsProven() {
    long metadata = RECORDS - 5; // each a row of the task and one of the run
    long objects = 2 + 2 + 2 + 2;
    long history = 2 * 3;
    long rejected = 1;
    long searchable = metadata + 3; // each of another value; and the tags of the run
    assertThat(audit())
        .isEqualTo(
            proven(headAt(RECORDS - 1), 2 * metadata + objects + history + searchable + rejected));
    assertThat(headAt(RECORDS - 1).records()).isEqualTo(RECORDS);
  }

  @Test
  void whatIsAppendedWhileItRunsIsOfNoInterest() {
    LogHead before = headAt(RECORDS - 1);
    log.append(Events.utf8("later"), Events.utf8("later"));
    PartitionProof proof = audit(recorded(before));
    assertThat(proof.outcome()).isEqualTo(Outcome.PROVEN);
    assertThat(proof.head()).isEqualTo(recorded(before));
  }

  /** Rows that are written twice, which is not the rule, are more than a digest can tell. */
  @Test
  void anyLogIsProven() {
    long seed = Seed.of("AuditTest");
    for (int round = 0; round < 20; round++) {
      log.recreate();
      RandomEvents events = new RandomEvents(new Random(seed + round), serde);
      while (log.end() < 400) {
        events.appendTo(log);
      }
      project();
      PartitionProof proof = audit();
      assertThat(proof.findings()).as("seed %d", seed + round).isEmpty();
      assertThat(proof.outcome()).isEqualTo(Outcome.PROVEN);
    }
  }

  @Test
  void anEmptyLogIsProven() {
    log.recreate();
    project();
    assertThat(audit()).isEqualTo(proven(LogHead.EMPTY, 0));
    assertThat(audit(Optional.empty()).outcome()).isEqualTo(Outcome.PROVEN);
  }

  // ---- the log -------------------------------------------------------------------------------

  private static final String OTHER =
      "the log has another record here than the view was made from: it was altered or swapped, or"
          + " one was inserted or deleted";

  @Test
  void oneFlippedBitIsFound() {
    FakeLog.Entry entry = log.entries().get(300);
    byte[] value = log.record(300).value().clone();
    value[value.length / 2] ^= 4;
    log.entries().set(300, new FakeLog.Entry(entry.key(), value));
    finds("events-0@300: " + OTHER);
  }

  @Test
  void anInsertedRecordIsFound() {
    log.entries().add(301, log.entries().get(20));
    finds("events-0@301: " + OTHER);
  }

  @Test
  void insertedRecordsWithoutAKeyAreFound() {
    log.entries().add(600, new FakeLog.Entry(null, Events.utf8("inserted")));
    log.entries().add(300, new FakeLog.Entry(null, null));
    finds("events-0@300: " + OTHER);
  }

  @Test
  void anAlteredRecordWithoutAKeyIsFound() {
    for (byte[] value : new byte[][] {Events.utf8("another"), {}, null}) {
      log.entries().set(4, new FakeLog.Entry(null, value));
      finds("events-0@4: " + OTHER);
    }
    log.entries().set(4, new FakeLog.Entry(new byte[0], Events.utf8("without a key")));
    finds("events-0@4: " + OTHER);
  }

  @Test
  void aDeletedRecordWithoutAKeyIsFound() {
    log.entries().remove(4);
    finds("events-0@4: " + OTHER);
  }

  @Test
  void aRecordWithoutAKeyInPlaceOfAMarkIsFound() {
    log.mark();
    project();
    assertThat(audit().outcome()).isEqualTo(Outcome.PROVEN);
    log.append(Events.utf8("later"), Events.utf8("later"));
    project();
    log.entries().set(RECORDS, new FakeLog.Entry(null, null));
    finds(
        "events-0@700: the log has a record here that the view was not made from: it was inserted");
  }

  @Test
  void aRecordWithoutAKeyAtTheEndThatTheViewTakesForAnotherIsFound() {
    log.append(null, null);
    project();
    log.entries().set(RECORDS, new FakeLog.Entry(null, new byte[0]));
    finds("events-0@700: " + OTHER);
    log.entries().remove(RECORDS);
    finds("events-0@700: the log ends here, but the view was made from more: its end was cut off");
  }

  @Test
  void aDeletedRecordIsFound() {
    log.entries().remove(302);
    finds("events-0@302: " + OTHER);
  }

  @Test
  void aRecordThatLeavesAGapIsFound() {
    log.entries().set(303, FakeLog.Entry.MARK);
    finds(
        "events-0@303: the log has no record here, but the view was made from one: it was deleted");
  }

  @Test
  void swappedRecordsAreFound() {
    FakeLog.Entry first = log.entries().get(304);
    log.entries().set(304, log.entries().get(305));
    log.entries().set(305, first);
    finds("events-0@304: " + OTHER);
  }

  @Test
  void aTruncatedTailIsFound() {
    log.loseEnd(690);
    finds("events-0@690: the log ends here, but the view was made from more: its end was cut off");
  }

  @Test
  void aTruncatedStartIsFound() {
    log.loseStart(3);
    finds("events-0@0: the log starts at offset 3: the records before it were deleted");
  }

  // ---- log and view together, but somebody has recorded the head -------------------------------

  @Test
  void aTailThatTheViewHasLostTooIsFound() {
    LogHead head = headAt(RECORDS - 1);
    log.loseEnd(690);
    project();
    finds(
        audit(recorded(head)),
        "events-0@690: the log ends here, but its recorded head is at offset 699: its end was cut"
            + " off");
  }

  @Test
  void aViewOfAnAlteredLogIsFound() {
    LogHead head = headAt(500);
    log.entries().set(300, log.entries().get(301));
    project();
    finds(
        audit(recorded(head)),
        "events-0@500: the log up to here is not the recorded one: its head is "
            + headAt(500).hex()
            + " (501 records), recorded is "
            + head.hex()
            + " (501 records)");
  }

  private static final String LEFT_OUT =
      "its recorded head is of a version that left out records without a key, and says nothing of"
          + " the %d that there are up to offset %d; of all others, the log has the recorded ones:"
          + " record its head anew";

  @Test
  void aHeadThatAVersionBeforeHasRecordedIsComparedAsFarAsItGoes() {
    LogHead former = formerHeadAt(500);
    assertThat(former.records()).isEqualTo(500);
    PartitionProof proof = audit(recorded(former));
    assertThat(proof.findings()).isEmpty();
    assertThat(proof.outcome()).isEqualTo(Outcome.UNPROVEN);
    assertThat(proof.remark()).isEqualTo(LEFT_OUT.formatted(1, 500));
    assertThat(audit(Optional.empty(), recorded(former)).remark())
        .isEqualTo("its view is not here; " + LEFT_OUT.formatted(1, 500));

    log.entries().set(300, log.entries().get(301));
    project();
    finds(
        audit(recorded(former)),
        "events-0@500: the log up to here is not the recorded one: its head is "
            + headAt(500).hex()
            + " (501 records), recorded is "
            + former.hex()
            + " (500 records)");
  }

  @Test
  void aHeadThatAVersionBeforeHasRecordedProvesALogInWhichAllRecordsHaveKeys() {
    log.entries().remove(4);
    project();
    assertThat(formerHeadAt(500)).isEqualTo(headAt(500));
    assertThat(audit(recorded(formerHeadAt(500))).outcome()).isEqualTo(Outcome.PROVEN);
  }

  /** The records behind it have other offsets then, wherever somebody makes the view again. */
  @Test
  void aRecordWithoutAKeyInsertedBeforeARecordedHeadIsFound() {
    log.entries().remove(4);
    LogHead head = headAt(500);
    log.entries().add(300, new FakeLog.Entry(null, null));
    project();
    assertThat(audit(recorded(head)).outcome()).isEqualTo(Outcome.DIFFERS);
  }

  @Test
  void theHeadsOfAnotherInstallationAreNotTaken() {
    PartitionHead elsewhere = new PartitionHead("other.events", 0, headAt(3));
    PartitionHead noPartition = new PartitionHead("events", 7, headAt(3));
    finds(
        audit(elsewhere),
        "other.events-0: there is no such partition, but its recorded head is at offset 3");
    finds(
        audit(noPartition),
        "events-7: there is no such partition, but its recorded head is at offset 3");
  }

  @Test
  void withoutAViewARecordedHeadIsComparedButProvesNothing() {
    LogHead head = headAt(500);
    assertThat(audit(Optional.empty(), recorded(head)))
        .isEqualTo(
            new PartitionProof(
                Outcome.UNPROVEN,
                recorded(head),
                0,
                List.of(),
                "its view is not here; up to offset 500, the log is the recorded one"));
    assertThat(audit(Optional.empty()))
        .isEqualTo(
            new PartitionProof(
                Outcome.UNPROVEN, recorded(LogHead.EMPTY), 0, List.of(), "its view is not here"));
    log.entries().set(300, log.entries().get(301));
    assertThat(audit(Optional.empty(), recorded(head)).outcome()).isEqualTo(Outcome.DIFFERS);
  }

  @Test
  void aHeadThatIsAheadOfTheViewIsProven() {
    log.append(Events.utf8("later"), Events.utf8("later"));
    LogHead head = headAt(RECORDS);
    assertThat(audit(recorded(head)).outcome()).isEqualTo(Outcome.PROVEN);
    log.entries().set(RECORDS, log.entries().get(3));
    assertThat(audit(recorded(head)).findings()).hasSize(1);
  }

  // ---- the view --------------------------------------------------------------------------------

  /** Puts a row, or the changed bytes of one. */
  private void tamper(byte[] key, UnaryOperator<byte[]> change) {
    try (RocksTable table = new RocksTable(view().toFile(), resources)) {
      byte[] row = table.get(key);
      table.put(key, change.apply(row == null ? new byte[0] : row));
    }
  }

  private static byte[] flipLast(byte[] row) {
    byte[] changed = row.clone();
    changed[row.length - 1] ^= 1;
    return changed;
  }

  @Test
  void anAlteredRowIsFoundWithTheEventThatWroteIt() {
    byte[] key = Keys.task(1);
    tamper(key, AuditTest::flipLast);
    int length = rowLength(key);
    finds(
        "events-0@3: row t (task 1) of the view is not what the log gives: it has %d bytes instead"
                .formatted(length)
            + " of %d, and the first that differs is byte %d".formatted(length, length - 1));
  }

  private int rowLength(byte[] key) {
    try (RocksTable table = new RocksTable(view().toFile(), resources)) {
      byte[] row = table.get(key);
      return row == null ? -1 : row.length;
    }
  }

  @Test
  void anAlteredRowOfWhichTheReplayKeepsADigestOnlyIsFound() {
    byte[] key = Keys.metadata(1, "start", 1, new Cursor.ByNumber(15 + 77, 77));
    int length = rowLength(key);
    tamper(key, row -> Arrays.copyOf(row, 3));
    finds(
        "events-0@77: row m (metadata of step 1/start, task 1: at 92 id 77) of the view is not"
            + " what the log gives: it has 3 bytes instead of %d, and the first that differs is byte 3"
                .formatted(length));
  }

  @Test
  void aRowThatNoEventHasWrittenIsFound() {
    tamper(Keys.run(2), row -> new byte[] {1});
    finds("events-0: row r (run 2) of the view is not from the log: no event has written it");
  }

  @Test
  void anAlteredLedgerIsToldFromAnAlteredLog() {
    tamper(Keys.ledger(1), AuditTest::flipLast);
    finds("events-0@511: the ledger of the view is altered; the log is not");
  }

  @Test
  void anAlteredHeadOfTheViewIsFound() {
    LogHead head = headAt(RECORDS - 1);
    tamper(StoreIdentity.KEY, AuditTest::flipLast);
    byte[] hash = flipLast(head.hash());
    finds(
        "events-0@699: the view has another head of the chain: "
            + new LogHead(head.offset(), head.records(), hash));
  }

  private static UnaryOperator<byte[]> incremented(int place) {
    return row -> {
      row[place]++;
      return row;
    };
  }

  @Test
  void anAlteredIdentityOfTheViewIsFound() {
    int applied = Integer.BYTES + 2 * Long.BYTES;
    tamper(StoreIdentity.KEY, incremented(applied + Long.BYTES - 1));
    finds("events-0@699: the view takes offset 700 for its last one");
    project();
    tamper(StoreIdentity.KEY, incremented(applied + Long.BYTES));
    finds("events-0@699: the view takes another record for its last one");
  }

  @Test
  void aViewOfAnotherTopicWithTheSameRecordsIsFound() {
    log.copyToAnotherTopic();
    finds("events-0: the view was made from another topic of that name, with the same records");
  }

  private static final String LEDGER = "the ledger of the view is altered; the log is not";

  @Test
  void bytesBehindARowOfTheLedgerAreFound() {
    tamper(Keys.ledger(1), row -> Arrays.copyOf(row, row.length + 3));
    finds("events-0@256: " + LEDGER);
    project();
    tamper(Keys.ledger(2), row -> Arrays.copyOf(row, row.length + Ledger.ENTRY_BYTES));
    finds("events-0@512: " + LEDGER);
  }

  @Test
  void anAddedRowOfTheLedgerIsFound() {
    tamper(Keys.ledger(3), row -> row);
    finds("events-0@512: " + LEDGER);
    project();
    tamper(Bytes.concat(Keys.ledger(2), new byte[] {1}), row -> new byte[Ledger.ENTRY_BYTES]);
    finds("events-0@512: " + LEDGER);
    project();
    tamper(Keys.bookkeeping("ledger"), row -> new byte[] {1});
    finds("events-0@0: " + LEDGER);
  }

  @Test
  void addedRowsAmongTheBookkeepingAreFound() {
    tamper(new byte[] {0}, row -> new byte[] {1});
    tamper(Keys.bookkeeping("ledgers"), row -> new byte[] {1});
    String added = " of the view is not from the log: no event has written it";
    finds("events-0: row 00" + added, "events-0: row 306c65646765727300" + added);
  }

  @Test
  void aViewWithoutAnyRowProvesNothing() {
    try (RocksTable table = new RocksTable(view().toFile(), resources)) {
      table.wipe();
    }
    assertThat(audit())
        .isEqualTo(
            new PartitionProof(
                Outcome.UNPROVEN, recorded(LogHead.EMPTY), 0, List.of(), "its view is empty"));
  }

  @Test
  void theRecordedHeadIsComparedWhateverTheVersionOfTheView() {
    LogHead head = headAt(500);
    tamper(StoreIdentity.KEY, incremented(3));
    assertThat(audit(recorded(head)).remark())
        .isEqualTo(
            "its view was made by version %d of the projection, and this is version %d; up to offset 500, the log is the recorded one"
                .formatted(EventsProjection.VERSION + 1, EventsProjection.VERSION));
    log.loseEnd(400);
    finds(
        audit(recorded(head)),
        "events-0@400: the log ends here, but its recorded head is at offset 500: its end was cut"
            + " off");
  }

  @Test
  void aSchemaThatWasRegisteredLaterIsNoDifference() {
    MemoryRegistry registry = new MemoryRegistry();
    EventSerde writer = new EventSerde(registry);
    writer.register("events", EventTypes.EVENTS);
    byte[] tags = writer.serialize(Events.tags(RECORDS, "F", 1, List.of(), List.of("new"), 99));
    LateRegistry late = new LateRegistry(registry, ByteBuffer.wrap(tags).getInt(1));
    kind =
        ViewKinds.events(FakeLog.PARTITION.topic(), 1, new EventsProjection(new EventSerde(late)));
    log.append(Events.utf8("F"), tags);
    project();
    assertThat(audit().outcome()).isEqualTo(Outcome.PROVEN);

    late.registered = true;
    PartitionProof proof = audit();
    assertThat(proof.findings()).isEmpty();
    assertThat(proof.outcome()).isEqualTo(Outcome.UNPROVEN);
    assertThat(proof.remark())
        .isEqualTo(
            "records from offset 700 on (1 in all) are not in its view, since their schema was not"
                + " in the registry then; it is now");

    tamper(Keys.run(2), row -> new byte[] {1});
    finds("events-0: row r (run 2) of the view is not from the log: no event has written it");
    project();
    assertThat(audit().outcome()).isEqualTo(Outcome.PROVEN);
  }

  /** A registry that does not know one of its schemas until it does. */
  private static final class LateRegistry implements SchemaRegistry {
    private final SchemaRegistry all;
    private final int unknown;
    private boolean registered;

    LateRegistry(SchemaRegistry all, int unknown) {
      this.all = all;
      this.unknown = unknown;
    }

    @Override
    public int register(String subject, Schema schema) {
      return all.register(subject, schema);
    }

    @Override
    public Optional<Schema> schema(int id) {
      return id == unknown && !registered ? Optional.empty() : all.schema(id);
    }

    @Override
    public void close() {
      all.close();
    }
  }

  @Test
  void aViewOfAnotherVersionIsNotComparedWith() {
    tamper(StoreIdentity.KEY, incremented(3));
    assertThat(audit())
        .isEqualTo(
            new PartitionProof(
                Outcome.UNPROVEN,
                recorded(LogHead.EMPTY),
                0,
                List.of(),
                "its view was made by version %d of the projection, and this is version %d"
                    .formatted(EventsProjection.VERSION + 1, EventsProjection.VERSION)));
  }

  @Test
  void aDamagedFileOfTheViewIsFound() throws Exception {
    try (RocksTable table = new RocksTable(view().toFile(), resources)) {
      table.endBulk(); // to a file
    }
    try (var files = Files.list(view())) {
      Path file = files.filter(path -> path.toString().endsWith(".sst")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[100] ^= 1;
      Files.write(file, bytes);
    }
    PartitionProof proof = audit();
    assertThat(proof.outcome()).isEqualTo(Outcome.DIFFERS);
    assertThat(proof.findings().get(0).toString())
        .startsWith("events-0: its view cannot be read: ");
  }

  @Test
  void itCanBeStopped() {
    Audit audit =
        new Audit(
            new FakeAuditedLog(log),
            kind,
            (partition, place) -> Optional.of(view()),
            folder.resolve("scratch"),
            1);
    audit.stop();
    assertThatThrownBy(() -> audit.run(List.of(), proof -> {}))
        .isInstanceOf(CancellationException.class);
    assertThat(folder.resolve("scratch")).doesNotExist();
  }
}
