package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.audit.Audit;
import io.flowledger.projector.audit.AuditedLog;
import io.flowledger.projector.audit.PartitionProof;
import io.flowledger.projector.audit.PartitionProof.Outcome;
import io.flowledger.projector.audit.ScratchView;
import io.flowledger.projector.audit.UnknownSchemas;
import io.flowledger.projector.fixture.Directories;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.FakeAuditedLog;
import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewKinds;
import io.flowledger.projector.streams.PollEnd;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.PartitionReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records whose header has the identifier of the schema make the same view, to the byte, as records
 * that have it before their value, wherever they enter.
 */
class HeaderFramingTest {

  private static final int IDENTIFIER_BYTES = 5;
  private static final HexFormat HEX = HexFormat.of();

  private final EventSerde serde = Events.serde();
  private final ViewKind kind =
      ViewKinds.events(FakeLog.PARTITION.topic(), 1, new EventsProjection(serde));
  private final FakeLog log = new FakeLog();

  @TempDir private Path folder = Path.of("");
  private final RocksResources resources = new RocksResources(8 << 20);

  @BeforeEach
  void write() {
    log.append(Events.utf8("F"), serde.serialize(Events.flow(1, "F", 11)));
    log.append(Events.utf8("F"), serde.serialize(Events.run(2, "F", 1, null, null, 12)));
    log.append(Events.utf8("F"), serde.serialize(Events.step(3, "G", 9, "start", 13)));
    log.append(Events.utf8("F"), serde.serialize(Events.step(4, "F", 1, "start", 14)));
  }

  @AfterEach
  void free() {
    resources.close();
  }

  /** The record, but with what stands before its value in its header. */
  private static ConsumerRecord<byte[], byte[]> inHeader(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    Headers headers =
        new RecordHeaders()
            .add("sent-by", Events.utf8("somebody"))
            .add(Framing.HEADER, Arrays.copyOf(value, IDENTIFIER_BYTES));
    byte[] bare = Arrays.copyOfRange(value, IDENTIFIER_BYTES, value.length);
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        0,
        TimestampType.CREATE_TIME,
        record.key().length,
        bare.length,
        record.key(),
        bare,
        headers,
        Optional.empty());
  }

  /** A store that is open, in a folder of its own. */
  private record Opening(ViewStore store, StoreContext context, ReadableStore reports) {

    /** Closes it too. */
    Map<String, String> rows() {
      Map<String, String> rows = new TreeMap<>();
      reports
          .table()
          .scan(
              new byte[0],
              new byte[0],
              row -> {
                rows.put(HEX.formatHex(row.key()), HEX.formatHex(row.value()));
                return true;
              });
      store.close();
      return rows;
    }
  }

  private Opening open(String name) {
    Path directory = folder.resolve(name);
    Directories.create(directory);
    ReadableStore reports = new ReadableStore();
    ViewStore store = new ViewStore(kind, resources, log, reports);
    StoreContext context = new StoreContext(directory);
    store.init(context, store);
    return new Opening(store, context, reports);
  }

  private Map<String, String> expected() {
    Opening opening = open("expected");
    for (int offset = 0; offset < log.end(); offset++) {
      ConsumerRecord<byte[], byte[]> record = log.record(offset);
      opening.store().apply(record.key(), record.value(), offset);
    }
    opening.store().goLive();
    opening.store().write();
    return opening.rows();
  }

  @Test
  void restoring() {
    Opening opening = open("restored");
    for (int offset = 0; offset < log.end(); offset++) {
      opening.context().restore(inHeader(log.record(offset)));
    }
    opening.store().goLive();

    assertThat(opening.rows()).isEqualTo(expected());
  }

  /** What is rejected goes to the dead letters as it was, so that it can be sent again. */
  @Test
  void live() {
    Opening opening = open("live");
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    var context = new MockProcessorContext<byte[], byte[]>(config);
    context.addStateStore(opening.store());
    var processor =
        new ViewProcessor(
            kind.name(),
            new PollEnd.Ends(),
            new ProjectorMetrics(new SimpleMeterRegistry()),
            1 << 20);
    processor.init(context);
    for (int offset = 0; offset < log.end(); offset++) {
      ConsumerRecord<byte[], byte[]> record = inHeader(log.record(offset));
      context.setRecordMetadata(record.topic(), 0, offset);
      processor.process(new Record<>(record.key(), record.value(), 0, record.headers()));
    }

    assertThat(opening.rows()).isEqualTo(expected());
    assertThat(context.forwarded()).hasSize(1);
    Record<? extends byte[], ? extends byte[]> letter = context.forwarded().get(0).record();
    ConsumerRecord<byte[], byte[]> rejected = inHeader(log.record(2));
    assertThat(letter.value()).isEqualTo(rejected.value());
    assertThat(letter.headers().lastHeader(Framing.HEADER))
        .isEqualTo(rejected.headers().lastHeader(Framing.HEADER));
    assertThat(
            new String(
                letter.headers().lastHeader("flowledger.reason").value(),
                java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("the record key is not the flow id G");
  }

  @Test
  void pastStates() {
    try (RocksTable nothing = new RocksTable(folder.resolve("nothing").toFile(), resources);
        ScratchView view =
            new ScratchView(
                kind,
                folder.resolve("scratch").toFile(),
                resources,
                null,
                UnknownSchemas.in(nothing))) {
      for (int offset = 0; offset < log.end(); offset++) {
        view.apply(inHeader(log.record(offset)));
      }
      view.finish();
      assertThat(view.table().get(Keys.step(1, "start"))).isNotNull();
      assertThat(view.table().get(Keys.verdict(2)))
          .isEqualTo(new Verdict.Rejected("the record key is not the flow id G").toRow());
    }
  }

  @Test
  void auditing() {
    expected();
    Path view = folder.resolve("expected").resolve(kind.name());
    PartitionProof plain = audit(new FakeAuditedLog(log), view);
    PartitionProof proof = audit(new HeaderLog(new FakeAuditedLog(log)), view);
    assertThat(proof.outcome()).isEqualTo(Outcome.PROVEN);
    assertThat(proof).isEqualTo(plain);
  }

  private PartitionProof audit(AuditedLog audited, Path view) {
    try (Audit audit =
        new Audit(
            audited, kind, (partition, place) -> Optional.of(view), folder.resolve("audit"), 1)) {
      return audit.run(List.of(), proof -> {}).get(0);
    }
  }

  /** The same log with the other form of records. */
  private record HeaderLog(AuditedLog log) implements AuditedLog {

    @Override
    public String topic() {
      return log.topic();
    }

    @Override
    public Uuid topicId() {
      return log.topicId();
    }

    @Override
    public int partitions() {
      return log.partitions();
    }

    @Override
    public long start(int partition) {
      return log.start(partition);
    }

    @Override
    public long end(int partition) {
      return log.end(partition);
    }

    @Override
    public void read(int partition, long end, PartitionReader.Visitor visitor) {
      log.read(partition, end, record -> visitor.visit(inHeader(record)));
    }
  }
}
