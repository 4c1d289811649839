package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.RunTagsMutated;
import io.flowledger.projector.ReadableStore.Report;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.streams.PollEnd;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SubjectNameStrategy;
import io.flowledger.schemas.serde.EventSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records go to the view, poll by poll, and what it rejects to the dead letters. */
class ViewProcessorTest {

  private static final String TOPIC = FakeLog.PARTITION.topic();
  private static final long TIME = 1_700_000_000_000L;
  private static final int MOST_LETTER_BYTES = 10_000;

  private final EventSerde serde = Events.serde();
  private final byte[] flow = serde.serialize(Events.flow(1, "F", 1000));
  private final byte[] run = serde.serialize(Events.run(2, "F", 7, null, null, 2000));
  private final FakeLog log = new FakeLog();
  private final ReadableStore reports = new ReadableStore();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final PollEnd.Ends ends = new PollEnd.Ends();
  private final PollEnd interceptor = new PollEnd();
  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>(config());

  @TempDir private Path folder;
  private RocksResources resources;
  private ViewStore store;
  private ViewProcessor processor;

  private static Properties config() {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    return config;
  }

  @BeforeEach
  void open() {
    resources = new RocksResources(8 << 20);
    interceptor.configure(Map.of(PollEnd.ENDS_CONFIG, ends));
    open(serde);
  }

  private void open(EventSerde with) {
    store =
        new ViewStore(
            new ViewKind("view", TOPIC, true, 1, new EventsProjection(with)),
            resources,
            log,
            reports);
    store.init(new StoreContext(folder), store);
    context.addStateStore(store);
    processor = new ViewProcessor("view", ends, new ProjectorMetrics(metrics), MOST_LETTER_BYTES);
    processor.init(context);
  }

  @AfterEach
  void close() {
    store.close();
    resources.close();
  }

  /** The consumer has fetched everything up to the offset. */
  private void fetchedUpTo(long offset) {
    ConsumerRecord<byte[], byte[]> last =
        new ConsumerRecord<>(TOPIC, 0, offset, new byte[0], new byte[0]);
    var records = new ConsumerRecords<>(Map.of(FakeLog.PARTITION, List.of(last)), Map.of());
    assertThat(interceptor.onConsume(records)).isSameAs(records);
  }

  @SuppressWarnings("NullAway") // Kafka's records may have neither key nor value
  private void process(long offset, byte @Nullable [] key, byte @Nullable [] value) {
    context.setRecordMetadata(TOPIC, 0, offset);
    processor.process(
        new Record<>(
            key, value, TIME, new RecordHeaders().add("sent-by", Events.utf8("somebody"))));
  }

  private double counted(String verdict) {
    return metrics
        .get("flowledger.projected")
        .tags("topic", TOPIC, "verdict", verdict)
        .counter()
        .count();
  }

  /** Headers of the only dead letter. */
  private Map<String, String> deadLetter(byte @Nullable [] key, byte @Nullable [] value) {
    assertThat(context.forwarded()).hasSize(1);
    Record<? extends byte[], ? extends byte[]> letter = context.forwarded().get(0).record();
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.timestamp()).isEqualTo(TIME);
    Map<String, String> headers = new LinkedHashMap<>();
    letter
        .headers()
        .forEach(
            header ->
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  private static Map<String, String> headers(long offset, String reason) {
    return Map.of(
        "sent-by",
        "somebody",
        "flowledger.source.topic",
        TOPIC,
        "flowledger.source.partition",
        "0",
        "flowledger.source.offset",
        Long.toString(offset),
        "flowledger.reason",
        reason);
  }

  @Test
  void opensTheViewForReaders() {
    assertThat(reports.reports()).containsExactly(new Report.Live(0, -1, -1));
  }

  @Test
  void writesOncePerPoll() {
    fetchedUpTo(2);
    process(0, Events.utf8("F"), flow);
    process(1, Events.utf8("F"), run);
    assertThat(reports.reports()).containsExactly(new Report.Live(0, -1, -1));

    process(2, Events.utf8("F"), flow);
    assertThat(reports.reports())
        .containsExactly(new Report.Live(0, -1, -1), new Report.Applied(0, 2));
    assertThat(context.forwarded()).isEmpty();
    assertThat(counted("applied")).isEqualTo(2);
    assertThat(counted("superseded")).isEqualTo(1);
  }

  @Test
  void writesEveryRecordOfAPartitionWhoseFetchesItHasNotSeen() {
    process(0, Events.utf8("F"), flow);
    process(1, Events.utf8("F"), run);

    assertThat(reports.reports())
        .containsExactly(
            new Report.Live(0, -1, -1), new Report.Applied(0, 0), new Report.Applied(0, 1));
  }

  @Test
  void sendsWhatIsRejectedToTheDeadLetters() {
    fetchedUpTo(0);
    process(0, Events.utf8("F"), run);

    assertThat(deadLetter(Events.utf8("F"), run)).isEqualTo(headers(0, "flow F is not registered"));
    assertThat(counted("rejected")).isEqualTo(1);
    assertThat(reports.reports())
        .containsExactly(new Report.Live(0, -1, -1), new Report.Applied(0, 0));
  }

  @Test
  void sendsARecordWithoutAKeyToTheDeadLetters() {
    fetchedUpTo(1);
    process(0, Events.utf8("F"), flow);
    process(1, null, run);

    assertThat(deadLetter(null, run)).isEqualTo(headers(1, "the record has no key"));
    assertThat(counted("rejected")).isEqualTo(1);
    assertThat(reports.reports())
        .containsExactly(new Report.Live(0, -1, -1), new Report.Applied(0, 1));
  }

  @Test
  void sendsARecordWithoutAValueToTheDeadLetters() {
    process(0, Events.utf8("F"), null);

    assertThat(deadLetter(Events.utf8("F"), null))
        .isEqualTo(headers(0, "a record without a value is no event"));
  }

  @Test
  void sendsARecordThatIsTooLargeToTheDeadLettersWithoutItsValue() {
    process(0, Events.utf8("F"), new byte[MOST_LETTER_BYTES]);

    Map<String, String> headers =
        new LinkedHashMap<>(headers(0, "schema id 0 is not in the registry"));
    headers.put("flowledger.left-out", "value");
    assertThat(deadLetter(Events.utf8("F"), null)).isEqualTo(headers);
  }

  @Test
  void sendsADeadLetterAgainWhenItsRecordIsDeliveredAgain() {
    process(0, Events.utf8("F"), run);
    process(1, Events.utf8("F"), flow);
    context.resetForwards();

    process(0, Events.utf8("F"), run);

    assertThat(deadLetter(Events.utf8("F"), run)).isEqualTo(headers(0, "flow F is not registered"));
    assertThat(store.apply(Events.utf8("F"), run, 2)).isEqualTo(Verdict.APPLIED);
  }

  @Test
  void anEventOfATypeThatIsNewerThanThisBuildIsADeadLetterAndTheOthersGoOn() {
    MemoryRegistry registry = new MemoryRegistry();
    EventSerde newer = new EventSerde(registry);
    newer.register(TOPIC, EventTypes.EVENTS);
    byte[] tags = newer.serialize(Events.tags(3, "F", 7, List.of(), List.of("prod"), 3000));
    String unknown = RunTagsMutated.getClassSchema().getFullName();
    store.close();
    open(
        new EventSerde(
            registry,
            SubjectNameStrategy.TOPIC_RECORD,
            name -> EventTypes.byName(name).filter(type -> !name.equals(unknown))));

    process(0, Events.utf8("F"), newer.serialize(Events.flow(1, "F", 1000)));
    process(1, Events.utf8("F"), tags);
    process(2, Events.utf8("F"), newer.serialize(Events.run(2, "F", 7, null, null, 2000)));

    assertThat(deadLetter(Events.utf8("F"), tags))
        .isEqualTo(headers(1, "record type " + unknown + " is not known to this version"));
    assertThat(counted("applied")).isEqualTo(2);
    assertThat(counted("rejected")).isEqualTo(1);
  }

  @Test
  void pollsOfOtherPartitionsAreTheirOwn() {
    var other = new TopicPartition(TOPIC, 1);
    fetchedUpTo(5);

    assertThat(ends.isLast(FakeLog.PARTITION, 4)).isFalse();
    assertThat(ends.isLast(FakeLog.PARTITION, 5)).isTrue();
    assertThat(ends.isLast(FakeLog.PARTITION, 6)).isTrue();
    assertThat(ends.isLast(other, 0)).isTrue();
  }
}
