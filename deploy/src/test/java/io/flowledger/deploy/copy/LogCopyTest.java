package io.flowledger.deploy.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.EmbeddedKafka;
import io.flowledger.event.Heartbeat;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Given a log, when it is copied, then the copy holds the same, wherever it was cut off before. */
@SuppressWarnings("NullAway") // records have neither keys nor values
class LogCopyTest {

  private static final Path FOLDER = TestServer.temporaryFolder();
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final int FROM = 3;
  private static final int MOST_BYTES = 100_000;

  private static EmbeddedKafka kafka;
  private static KafkaProducer<byte[], byte[]> outside;

  private final long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final String name = "c" + PREFIXES.incrementAndGet();
  private final Topics from = topics(name + ".from.", FROM);
  private final List<String> lines = new ArrayList<>();
  private TopicSchemaRegistry registry;
  private EventSerde serde;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(FOLDER, 0);
    Map<String, Object> inOrder = new HashMap<>(clients());
    inOrder.put("max.in.flight.requests.per.connection", 1);
    outside = new KafkaProducer<>(inOrder, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    outside.close();
    kafka.close();
    TestServer.delete(FOLDER);
  }

  @BeforeEach
  void makeSource() {
    System.out.println("flowledger.test.seed=" + seed);
    try (Admin admin = Admin.create(clients())) {
      new TopicProvisioner(admin).provision(from);
    }
    registry = new TopicSchemaRegistry(clients(), from.schemas());
    serde = new EventSerde(registry);
    serde.register(from.heartbeats(), EventTypes.HEARTBEATS);
  }

  @AfterEach
  void closeRegistry() {
    registry.close();
  }

  private static Map<String, Object> clients() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  private static Topics topics(String prefix, int partitions) {
    return new Topics(
        prefix,
        prefix + "schemas",
        partitions,
        (short) 1,
        Topics.Flush.OPERATING_SYSTEM,
        MOST_BYTES);
  }

  private Topics to(int partitions) {
    return topics(name + ".to" + partitions + ".", partitions);
  }

  // ---- the source ------------------------------------------------------------------------------

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int home(String flow, int partitions) {
    return Utils.toPositive(Utils.murmur2(utf8(flow))) % partitions;
  }

  private static void given(
      String topic,
      int partition,
      byte @Nullable [] key,
      byte @Nullable [] value,
      String... headers) {
    var record = new ProducerRecord<>(topic, partition, 1_700_000_000_000L, key, value);
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], utf8(headers[i + 1]));
    }
    outside.send(record);
  }

  private void givenEvent(String flow, String value, String... headers) {
    given(from.events(), home(flow, FROM), utf8(flow), utf8(value), headers);
  }

  private void givenBeat(String flow, long run, long time) {
    given(
        from.heartbeats(),
        home(flow, FROM),
        utf8("run/" + run),
        serde.serialize(new Heartbeat(flow, run, null, time)));
  }

  /** Everything that may be in a log. */
  private void givenALog(int events) {
    for (int i = 0; i < events; i++) {
      int number = random.nextInt(7);
      String flow = "Flow" + number;
      switch (random.nextInt(12)) {
        case 0 -> given(from.events(), random.nextInt(FROM), null, utf8("keyless" + i));
        case 1 -> given(from.events(), (home(flow, FROM) + 1) % FROM, utf8(flow), utf8("lost" + i));
        case 2 -> givenEvent(flow, "headed" + i, "a", "1", "b", "" + i, "a", "2");
        case 3 -> given(from.events(), home(flow, FROM), utf8(flow), null);
        case 4, 5 -> givenBeat(flow, 10 * number + random.nextInt(3), i);
        case 6 -> given(from.ids(), 0, utf8("runs"), utf8("claim" + i));
        case 7 ->
            given(from.heartbeats(), random.nextInt(FROM), utf8("run/x" + i), utf8("no beat"));
        default -> givenEvent(flow, "event" + i);
      }
    }
    outside.flush();
  }

  // ---- what is in a log ------------------------------------------------------------------------

  private static List<ConsumerRecord<byte[], byte[]>> read(Topics topics, String topic, int count) {
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    try (LogSide side = new LogSide(new CopyPlace("", clients(), topics))) {
      long[] ends = side.ends(topic, count);
      for (int partition = 0; partition < count; partition++) {
        side.read(topic, partition, 0, ends[partition], read::add);
      }
    }
    return read;
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "-" : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String told(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder told = new StringBuilder(text(record.key()) + " " + text(record.value()));
    record.headers().forEach(one -> told.append(" " + one.key() + "=" + text(one.value())));
    return told + " " + record.timestamp();
  }

  /** The records by what groups them, in their order. */
  private static Map<String, List<String>> byFlow(Topics topics) {
    Map<String, List<String>> flows = new TreeMap<>();
    for (var record : read(topics, topics.events(), topics.partitions())) {
      boolean placed =
          record.key() != null
              && Utils.toPositive(Utils.murmur2(record.key())) % topics.partitions()
                  == record.partition();
      flows
          .computeIfAbsent(
              text(record.key()) + (placed ? "" : " misplaced"), none -> new ArrayList<>())
          .add(told(record));
    }
    // Of records that are in no flow's history, only which there are matters.
    flows.forEach(
        (flow, records) -> {
          if (flow.endsWith("misplaced")) {
            records.sort(null);
          }
        });
    return flows;
  }

  private static List<String> all(Topics topics, String topic) {
    return read(topics, topic, 1).stream().map(LogCopyTest::told).toList();
  }

  private static Map<String, String> lastBeats(Topics topics) {
    Map<String, String> last = new TreeMap<>();
    read(topics, topics.heartbeats(), topics.partitions())
        .forEach(record -> last.put(text(record.key()), told(record)));
    return last;
  }

  private void assertSame(Topics to) {
    assertThat(byFlow(to)).isEqualTo(byFlow(from));
    assertThat(all(to, to.ids())).isEqualTo(all(from, from.ids()));
    assertThat(all(to, to.schemas())).isEqualTo(all(from, from.schemas()));
    assertThat(lastBeats(to)).isEqualTo(lastBeats(from));
  }

  // ---- copies ----------------------------------------------------------------------------------

  private LogCopy copy(Topics to, long stepOffsets, int cutAfter, LogCopy.Quiet quiet) {
    return new LogCopy(
        new CopyPlace("source", clients(), from),
        new CopyPlace("target", clients(), to),
        () -> new TopicSchemaRegistry(clients(), from.schemas()),
        false,
        quiet,
        new LogCopy.Means(stepOffsets, 30, Duration.ofMillis(20), place -> cutOff(place, cutAfter)),
        lines::add);
  }

  private LogCopy.Outcome copy(Topics to) {
    return copy(to, 1000, Integer.MAX_VALUE, source -> false).run();
  }

  /** A producer that takes some records, and then no more. */
  private static CopyAppender cutOff(CopyPlace place, int after) {
    AtomicInteger left = new AtomicInteger(after);
    Map<String, Object> config = new HashMap<>(place.clients());
    config.put("linger.ms", 0);
    config.put("max.in.flight.requests.per.connection", 1);
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (left.getAndDecrement() <= 0) {
              throw new KafkaException("cut off");
            }
            return super.send(record, callback);
          }
        };
    return new CopyAppender(producer);
  }

  @Test
  void aLogIsCopiedToMorePartitionsAndToFewer() {
    givenALog(300);

    for (int partitions : new int[] {1, 2, 3, 8}) {
      LogCopy.Outcome outcome = copy(to(partitions));

      assertThat(outcome.differences()).isEmpty();
      assertThat(outcome.complete()).isTrue();
      if (partitions > 1) {
        assertSame(to(partitions));
      }
    }
  }

  @Test
  void aCopyThatWasCutOffGoesOnWhereverThatWas() {
    givenALog(150);
    Topics to = to(5);

    int cuts = 0;
    for (boolean cut = true; cut; cuts++) {
      try {
        copy(to, 30, 1 + random.nextInt(60), source -> false).run();
        cut = false;
      } catch (CopyFailure failure) {
        assertThat(failure).hasMessageContaining("Copy again to go on from there");
      }
    }

    assertThat(cuts).isGreaterThan(1);
    assertSame(to);
    long events = read(to, to.events(), 5).size();
    assertThat(events).isEqualTo(read(from, from.events(), FROM).size());
  }

  @Test
  void aCopyIsBroughtUpToASourceThatHasGrown() {
    givenALog(100);
    Topics to = to(4);
    LogCopy.Outcome served = copy(to, 40, Integer.MAX_VALUE, source -> true).run();
    assertThat(served.complete()).isFalse();
    assertThat(served.served()).isTrue();
    assertThat(LogCopy.isUnfinished(clients(), to.prefix())).isTrue();

    givenALog(100);
    assertThat(copy(to).complete()).isTrue();
    assertThat(copy(to).complete()).isTrue(); // nothing to do

    assertSame(to);
    assertThat(LogCopy.isUnfinished(clients(), to.prefix())).isFalse();
    assertThat(LogCopy.isUnfinished(clients(), from.prefix())).isFalse();
  }

  @Test
  void deadLettersNameTheirRecordsWhereTheyAreNow() {
    givenEvent("A", "one");
    givenEvent("B", "two");
    givenEvent("A", "three");
    given(from.heartbeats(), 2, utf8("run/1"), utf8("no beat"), "own", "x");
    int a = home("A", FROM);
    letter(from.events(), a, a == home("B", FROM) ? 2 : 1, "A", "three");
    letter(from.heartbeats(), 2, 0, "run/1", "no beat", "own", "x");
    letter(from.heartbeats(), 1, 77, "run/2", "compacted since");
    given(
        from.deadLetters(),
        0,
        null,
        null,
        "flowledger.redriven.letter",
        "0",
        "flowledger.redriven.topic",
        from.events(),
        "flowledger.redriven.partition",
        "" + a,
        "flowledger.redriven.offset",
        "0");
    outside.flush();
    Topics to = to(2);

    assertThat(copy(to).complete()).isTrue();

    int newA = home("A", 2);
    List<String> inA =
        read(to, to.events(), 2).stream()
            .filter(record -> record.partition() == newA)
            .map(record -> text(record.value()))
            .toList();
    assertThat(read(to, to.deadLetters(), 1).stream().map(LogCopyTest::places).toList())
        .containsExactly(
            "source %s %d %d".formatted(to.events(), newA, inA.indexOf("three")),
            "source %s %d %d".formatted(to.heartbeats(), 0, 0),
            "source %s %d %d".formatted(to.heartbeats(), 3, 77),
            "redriven %s %d %d".formatted(to.events(), newA, inA.indexOf("one")));
  }

  private void letter(
      String topic, int partition, long offset, String key, String value, String... own) {
    List<String> headers = new ArrayList<>(Arrays.asList(own));
    headers.addAll(
        List.of(
            "flowledger.source.topic",
            topic,
            "flowledger.source.partition",
            "" + partition,
            "flowledger.source.offset",
            "" + offset,
            "flowledger.reason",
            "why"));
    given(from.deadLetters(), 0, utf8(key), utf8(value), headers.toArray(String[]::new));
  }

  private static String places(ConsumerRecord<byte[], byte[]> letter) {
    String kind = letter.headers().lastHeader("flowledger.reason") == null ? "redriven" : "source";
    return kind
        + " "
        + String.join(
            " ",
            StreamSupport.stream(letter.headers().spliterator(), false)
                .filter(header -> header.key().matches("flowledger\\..*(topic|partition|offset)"))
                .map(header -> text(header.value()))
                .toList());
  }

  @Test
  void otherContentIsRefused() {
    givenALog(10);
    Topics to = to(2);
    try (Admin admin = Admin.create(clients())) {
      new TopicProvisioner(admin).provision(to);
    }
    given(to.ids(), 0, utf8("runs"), utf8("claim"));
    outside.flush();

    assertThatThrownBy(() -> copy(to))
        .isInstanceOf(CopyFailure.class)
        .hasMessage(
            "target has other content: topic "
                + to.ids()
                + " is not empty. Name other topics with --to-topic-prefix, or delete this one");
  }

  @Test
  void whatOthersHaveWrittenIntoAnUnfinishedCopyIsFound() {
    givenALog(200);
    Topics to = to(2);
    assertThatThrownBy(() -> copy(to, 1000, 60, source -> false).run())
        .isInstanceOf(CopyFailure.class);
    given(to.events(), 0, utf8("A"), utf8("foreign"));
    given(to.events(), 1, utf8("A"), utf8("foreign"));
    outside.flush();

    assertThat(copy(to).differences()).isNotEmpty();
    assertThat(LogCopy.isUnfinished(clients(), to.prefix())).isTrue();
  }

  @Test
  void aCompleteCopyThatIsInUseIsLeftAlone() {
    givenALog(50);
    Topics to = to(2);
    assertThat(copy(to).complete()).isTrue();
    given(to.ids(), 0, utf8("runs"), utf8("claim"));
    outside.flush();

    assertThatThrownBy(() -> copy(to))
        .isInstanceOf(CopyFailure.class)
        .hasMessage(
            "the copy at target was complete, and is in use since: topic "
                + to.ids()
                + " has changed. Nothing more can be copied to it");
  }

  @Test
  void anotherNumberOfPartitionsAndAnotherSourceAreRefused() {
    givenALog(20);
    Topics to = to(2);
    copy(to);

    assertThatThrownBy(() -> copy(topics(to.prefix(), 4)))
        .hasMessage(
            "the copy at target was begun with --partitions 2; go on with that, or delete its topics");
    assertThatThrownBy(() -> copy(from)).hasMessageStartingWith("source and target are the same");
    Topics another = topics(name + ".other.", 2);
    try (Admin admin = Admin.create(clients())) {
      new TopicProvisioner(admin).provision(another);
    }
    LogCopy other =
        new LogCopy(
            new CopyPlace("other", clients(), another),
            new CopyPlace("target", clients(), to),
            () -> new TopicSchemaRegistry(clients(), another.schemas()),
            false,
            source -> false,
            LogCopy.Means.DEFAULT,
            lines::add);
    assertThatThrownBy(other::run)
        .hasMessage(
            "target has a copy of another log; choose other topics with --to-topic-prefix, or delete them");
  }

  @Test
  void whereThereIsNoLogThatIsSaid() {
    LogCopy nothing =
        new LogCopy(
            new CopyPlace("here", clients(), topics("nothing.", 1)),
            new CopyPlace("target", clients(), to(2)),
            () -> registry,
            false,
            source -> false,
            LogCopy.Means.DEFAULT,
            lines::add);

    assertThatThrownBy(nothing::run)
        .isInstanceOf(CopyFailure.class)
        .hasMessage("there is no log at here: it has no topic nothing.events; see --topic-prefix");
  }

  @Test
  void aHeaderWithoutAValueIsCopied() {
    var record = new ProducerRecord<>(from.events(), home("A", FROM), 5L, utf8("A"), utf8("x"));
    record.headers().add(new RecordHeader("empty", (byte[]) null));
    outside.send(record);
    outside.flush();
    Topics to = to(2);

    assertThat(copy(to).complete()).isTrue();
    assertThat(byFlow(to)).isEqualTo(byFlow(from));
  }
}
