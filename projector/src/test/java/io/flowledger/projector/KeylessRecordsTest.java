package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.audit.Audit;
import io.flowledger.projector.audit.PartitionProof;
import io.flowledger.projector.audit.PartitionProof.Outcome;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.fixture.Directories;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.FakeAuditedLog;
import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.fixture.RandomEvents;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.StoreIdentity;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewKinds;
import io.flowledger.projector.store.ViewTable;
import io.flowledger.projector.streams.KeylessRecords;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records without a key, wherever they are and whatever else they hold, are in every view of their
 * log, whichever way it was made, and an audit finds what is done to them.
 */
class KeylessRecordsTest {

  private static final int ROUNDS = 60;
  private static final int MOST_RECORDS = 50;

  private final EventSerde serde = Events.serde();
  private final ViewKind kind =
      ViewKinds.events(FakeLog.PARTITION.topic(), 1, new EventsProjection(serde));
  private final RocksResources resources = new RocksResources(8 << 20);
  @TempDir private Path folder = Path.of("");
  private int folders;

  @AfterEach
  void close() {
    resources.close();
  }

  /** A log of which about a third has no key, beginning and end as well as anything else. */
  private FakeLog log(Random random) {
    FakeLog log = new FakeLog();
    RandomEvents events = new RandomEvents(random, serde);
    int end = 1 + random.nextInt(MOST_RECORDS);
    while (log.end() < end) {
      if (random.nextInt(3) == 0) {
        log.entries().add(keyless(random));
      } else {
        events.appendTo(log);
      }
    }
    return log;
  }

  private FakeLog.Entry keyless(Random random) {
    return new FakeLog.Entry(
        null,
        switch (random.nextInt(4)) {
          case 0 -> null;
          case 1 -> new byte[0];
          case 2 -> serde.serialize(Events.flow(1, "F", 1000));
          default -> Events.utf8("no event " + random.nextInt());
        });
  }

  private Path newFolder() {
    return Directories.create(folder.resolve("view-" + folders++));
  }

  // ---- the ways to make a view -----------------------------------------------------------------

  private ViewStore open(FakeLog log, StoreContext context) {
    ViewStore store = new ViewStore(kind, resources, log, new ReadableStore());
    store.init(context, store);
    return store;
  }

  private Path live(FakeLog log) {
    return restoredThenLive(log, 0, new Random(0));
  }

  /** As Kafka Streams has it: up to where the group was from polls, and then record by record. */
  private Path restoredThenLive(FakeLog log, int group, Random random) {
    Path parent = newFolder();
    StoreContext context = new StoreContext(parent);
    ViewStore store = open(log, context);
    for (int next = 0; next < group; ) {
      int end = Math.min(group, next + 1 + random.nextInt(10));
      context.restore(StreamsRestore.of(IntStream.range(next, end).mapToObj(log::record).toList()));
      next = end;
    }
    store.goLive();
    for (int next = group; next < log.end(); next++) {
      ConsumerRecord<byte[], byte[]> record = log.record(next);
      store.apply(record.key(), record.value(), record.offset());
    }
    store.write();
    store.close();
    return parent;
  }

  private Path rebuilt(FakeLog log, MockProducer<byte[], byte[]> deadLetters) {
    Path parent = newFolder();
    Topics topics = new Topics("", "_schemas", 1, (short) 1, Topics.Flush.UNMANAGED, 1 << 20);
    var setting =
        new ViewRebuild.Setting(
            topics,
            deadLetters,
            new ProjectorMetrics(new SimpleMeterRegistry()),
            new RebuildProgress(System::nanoTime));
    ViewTable table = ViewTable.open(kind, 0, parent.toFile(), resources, log);
    try (ViewRebuild rebuild = new ViewRebuild(setting, table, 0);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none")) {
      consumer.schedulePollTask(
          () -> IntStream.range(0, log.end()).mapToObj(log::record).forEach(consumer::addRecord));
      rebuild.make(consumer);
    }
    return parent;
  }

  /** All rows, bookkeeping and ledger too, but what Kafka Streams has committed. */
  private Map<String, String> rows(Path parent) {
    Map<String, String> rows = new TreeMap<>();
    try (RocksTable table = new RocksTable(parent.resolve(kind.name()).toFile(), resources)) {
      table.scan(
          new byte[0],
          new byte[0],
          row -> {
            if (!Arrays.equals(row.key(), Keys.bookkeeping("committed"))) {
              rows.put(HexFormat.of().formatHex(row.key()), HexFormat.of().formatHex(row.value()));
            }
            return true;
          });
    }
    return rows;
  }

  private LogHead head(Path parent) {
    try (RocksTable table = new RocksTable(parent.resolve(kind.name()).toFile(), resources)) {
      return StoreIdentity.headIn(table);
    }
  }

  private PartitionProof audit(FakeLog log, Path parent, PartitionHead... recorded) {
    try (Audit audit =
        new Audit(
            new FakeAuditedLog(log),
            kind,
            (partition, place) -> Optional.of(parent.resolve(kind.name())),
            folder.resolve("scratch"),
            1)) {
      return audit.run(List.of(recorded), proof -> {}).get(0);
    }
  }

  private static PartitionHead recorded(LogHead head) {
    return new PartitionHead(FakeLog.PARTITION.topic(), 0, head);
  }

  @Test
  void everyWayGivesTheSameBytes() {
    long seed = Seed.of("KeylessRecordsTest");
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(seed + round);
      FakeLog log = log(random);
      Path live = live(log);
      Map<String, String> rows = rows(live);
      assertThat(head(live).records()).as("seed %d", seed + round).isEqualTo(log.end());
      assertThat(head(live).offset()).isEqualTo(log.end() - 1);

      var deadLetters =
          new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      assertThat(rows(rebuilt(log, deadLetters))).as("seed %d", seed + round).isEqualTo(rows);
      assertThat(
              deadLetters.history().stream()
                  .filter(letter -> letter.key() == null)
                  .map(ProducerRecord::value))
          .containsExactlyElementsOf(
              log.entries().stream()
                  .filter(entry -> entry.key() == null)
                  .map(FakeLog.Entry::value)
                  .toList());
      for (int group : List.of(log.end(), random.nextInt(log.end()))) {
        assertThat(rows(restoredThenLive(log, group, random)))
            .as("seed %d", seed + round)
            .isEqualTo(rows);
      }
      PartitionProof proof = audit(log, live, recorded(head(live)));
      assertThat(proof.findings()).as("seed %d", seed + round).isEmpty();
      assertThat(proof.outcome()).isEqualTo(Outcome.PROVEN);
      assertThat(proof.head()).isEqualTo(recorded(head(live)));
    }
  }

  @Test
  void whateverIsDoneToThemIsFound() {
    long seed = Seed.of("KeylessRecordsTest");
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(seed + round);
      FakeLog log = log(random);
      Path view = live(log);
      LogHead head = head(view);
      List<FakeLog.Entry> before = List.copyOf(log.entries());

      // Behind the last record, it is nothing that the view claims to have.
      log.entries().add(random.nextInt(log.end()), keyless(random));
      assertFound(log, view, head, before, seed + round);

      List<Integer> keyless =
          IntStream.range(0, before.size())
              .boxed()
              .filter(i -> before.get(i).key() == null)
              .toList();
      if (!keyless.isEmpty()) {
        reset(log, before);
        log.entries().remove((int) keyless.get(random.nextInt(keyless.size())));
        assertFound(log, view, head, before, seed + round);

        reset(log, before);
        log.entries().set(keyless.get(random.nextInt(keyless.size())), keyless(random));
        assertFound(log, view, head, before, seed + round);
      }
    }
  }

  private static void reset(FakeLog log, List<FakeLog.Entry> entries) {
    log.entries().clear();
    log.entries().addAll(entries);
  }

  /** Of log and view; and where the view is made again from that log, by the recorded head. */
  private void assertFound(
      FakeLog log, Path view, LogHead head, List<FakeLog.Entry> before, long seed) {
    if (isSame(log.entries(), before)) {
      return; // exchanged with an equal one, or as if appended
    }
    assertThat(audit(log, view).outcome()).as("seed %d", seed).isEqualTo(Outcome.DIFFERS);
    assertThat(audit(log, live(log), recorded(head)).outcome())
        .as("seed %d, with the recorded head", seed)
        .isEqualTo(Outcome.DIFFERS);
  }

  private static boolean isSame(List<FakeLog.Entry> some, List<FakeLog.Entry> others) {
    return some.size() >= others.size()
        && IntStream.range(0, others.size())
            .allMatch(
                i ->
                    Arrays.equals(some.get(i).key(), others.get(i).key())
                        && Arrays.equals(some.get(i).value(), others.get(i).value()));
  }

  @Test
  void recordsThatAllHaveKeysPassThroughAsTheyAre() {
    FakeLog log = new FakeLog();
    log.append(new byte[0], null);
    log.append(Events.utf8("F"), new byte[0]);
    var records =
        new ConsumerRecords<>(
            Map.of(FakeLog.PARTITION, List.of(log.record(0), log.record(1))), Map.of());

    assertThat(new KeylessRecords().onConsume(records)).isSameAs(records);
    assertThat(KeylessRecords.keyOf(log.record(0))).isEmpty();
  }

  @Test
  void nothingButTheKeyIsAnother() {
    FakeLog log = new FakeLog();
    log.append(null, Events.utf8("value"));
    ConsumerRecord<byte[], byte[]> before = log.record(0);
    before.headers().add("name", Events.utf8("value"));

    ConsumerRecord<byte[], byte[]> record = StreamsRestore.of(List.of(before)).get(0);

    assertThat(KeylessRecords.keyOf(record)).isNull();
    assertThat(record).usingRecursiveComparison().ignoringFields("key").isEqualTo(before);
  }
}
