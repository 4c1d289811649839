package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.schemas.registry.SchemaRefusedException;
import io.flowledger.schemas.registry.topic.CompatibilityLevel;
import io.flowledger.schemas.registry.topic.SchemaRecord;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.flowledger.schemas.topic.PartitionReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Schemas have one number each, whoever registers them, and keep it when the topic is compacted.
 */
class TopicSchemaRegistryTest {

  private static final Path FOLDER = TestServer.temporaryFolder();
  private static final AtomicInteger TOPICS = new AtomicInteger();
  private static final int ROUNDS = 20;

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedKafka kafka;

  @SuppressWarnings("NullAway.Init")
  private static Map<String, Object> clients;

  @SuppressWarnings("NullAway.Init")
  private String topic;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(FOLDER, 0);
    clients = Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    kafka.close();
    TestServer.delete(FOLDER);
  }

  @BeforeEach
  void makeTopic() throws Exception {
    topic = newTopic();
  }

  private static String newTopic() throws Exception {
    String name = "schemas" + TOPICS.incrementAndGet();
    try (Admin admin = Admin.create(clients)) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(name, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
          .all()
          .get();
    }
    return name;
  }

  private TopicSchemaRegistry registry() {
    return new TopicSchemaRegistry(clients, topic);
  }

  private static Schema schema(String name) {
    return SchemaBuilder.record(name).fields().requiredLong("value").endRecord();
  }

  private record Entry(String key, @Nullable String value) {}

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private static void append(String topic, List<Entry> entries) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      entries.forEach(
          entry ->
              producer.send(
                  new ProducerRecord<>(topic, 0, bytes(entry.key()), bytes(entry.value()))));
    }
  }

  private List<Entry> records() {
    List<Entry> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      PartitionReader.readToEnd(
          consumer,
          partition,
          record ->
              records.add(
                  new Entry(
                      new String(record.key(), UTF_8),
                      record.value() == null ? null : new String(record.value(), UTF_8))));
    }
    return records;
  }

  /** A copy of the topic with the last record of every key only, in their order. */
  private String compacted() throws Exception {
    Map<String, Entry> last = new LinkedHashMap<>();
    for (Entry record : records()) {
      last.remove(record.key());
      last.put(record.key(), record);
    }
    String copy = newTopic();
    append(copy, last.values().stream().filter(record -> record.value() != null).toList());
    return copy;
  }

  private void assertRead(String from, Map<Schema, Integer> expected) {
    try (TopicSchemaRegistry reader = new TopicSchemaRegistry(clients, from)) {
      expected.forEach((schema, id) -> assertThat(reader.schema(id)).contains(schema));
    }
  }

  @Test
  void aSchemaThatIsNotReadAsItIsWrittenIsRegisteredOnceToo() {
    Schema odd = SchemaBuilder.record("Odd").doc("\ud800").fields().endRecord();
    Schema twice =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"B\",\"namespace\":\"ns\","
                    + "\"aliases\":[\".A\",\"A\"],\"fields\":[]}");
    try (TopicSchemaRegistry registry = registry()) {
      int id = registry.register("odd", odd);
      assertThat(registry.register("odd", odd)).isEqualTo(id);
      assertThat(registry.register("twice", twice)).isEqualTo(registry.register("twice", twice));
    }
  }

  @Test
  void aSchemaIsRegisteredOnce() {
    try (TopicSchemaRegistry registry = registry()) {
      assertThat(registry.register("events-A", schema("A"))).isEqualTo(1);
      assertThat(registry.register("events-B", schema("B"))).isEqualTo(2);
      assertThat(registry.register("events-A", schema("A"))).isEqualTo(1);
      assertThat(registry.schema(1)).contains(schema("A"));
      assertThat(registry.schema(3)).isEmpty();
    }
    try (TopicSchemaRegistry later = registry()) {
      assertThat(later.register("events-B", schema("B"))).isEqualTo(2);
    }
    assertThat(records()).hasSize(2);
  }

  @Test
  void aSchemaHasOneNumberUnderAllSubjects() {
    try (TopicSchemaRegistry registry = registry()) {
      assertThat(registry.register("events-A", schema("A"))).isEqualTo(1);
      assertThat(registry.register("copies-A", schema("A"))).isEqualTo(1);
    }
    assertThat(records()).hasSize(2);
  }

  @Test
  void whatOthersHaveRegisteredIsFound() {
    try (TopicSchemaRegistry reader = registry();
        TopicSchemaRegistry writer = registry()) {
      assertThat(reader.schema(1)).isEmpty();
      writer.register("events-A", schema("A"));
      assertThat(reader.schema(1)).contains(schema("A"));
    }
  }

  @Test
  void whatIsNoAvroSchemaIsSkipped() {
    append(
        topic,
        List.of(
            new Entry("garbage", "garbage"),
            new Entry("{\"keytype\":\"NOOP\",\"magic\":0}", null),
            new Entry("{\"keytype\":\"CONFIG\",\"magic\":0}", "{\"compatibilityLevel\":\"FULL\"}"),
            new Entry("{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1}", "{\"id\":"),
            foreign("protobuf", 7, "\"schemaType\":\"PROTOBUF\",", "syntax"),
            foreign("broken", 8, "", "{"),
            foreign("others", 4, "", "\\\"string\\\"")));

    try (TopicSchemaRegistry registry = registry()) {
      assertThat(registry.register("events-A", schema("A"))).isEqualTo(9);
      assertThat(registry.schema(4)).contains(Schema.create(Schema.Type.STRING));
      assertThat(registry.schema(7)).isEmpty();
      assertThat(registry.schema(8)).isEmpty();
    }
  }

  private static Entry foreign(String subject, int id, String type, String schema) {
    return new Entry(
        "{\"keytype\":\"SCHEMA\",\"subject\":\"%s\",\"version\":1,\"magic\":1}".formatted(subject),
        "{\"subject\":\"%s\",\"version\":1,\"id\":%d,%s\"schema\":\"%s\",\"deleted\":false}"
            .formatted(subject, id, type, schema));
  }

  @Test
  void whoRacesForOneSchemaAgreesOnItsNumber() throws Exception {
    race(
        round ->
            List.of(new Wanted("s" + round, "R" + round), new Wanted("s" + round, "R" + round)));
  }

  @Test
  void whoRacesForNumbersGetsDifferentOnes() throws Exception {
    race(
        round ->
            List.of(new Wanted("l" + round, "L" + round), new Wanted("r" + round, "R" + round)));
  }

  @Test
  void whoRacesForVersionsOfOneSubjectGetsDifferentOnes() throws Exception {
    try (TopicSchemaRegistry registry = registry()) {
      registry.setDefaultCompatibility(CompatibilityLevel.NONE);
    }
    race(
        round ->
            List.of(new Wanted("s" + round, "L" + round), new Wanted("s" + round, "R" + round)));
  }

  @Test
  void whoRacesForOneSubjectIsHeldAgainstTheWinner() throws Exception {
    Schema needsText = SchemaBuilder.record("R").fields().requiredString("text").endRecord();
    Schema needsNumber = SchemaBuilder.record("R").fields().requiredLong("number").endRecord();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (TopicSchemaRegistry left = registry();
        TopicSchemaRegistry right = registry()) {
      CyclicBarrier together = new CyclicBarrier(2);
      for (int round = 0; round < ROUNDS; round++) {
        String subject = "s" + round;
        List<Future<Boolean>> accepted =
            threads.invokeAll(
                List.of(
                    () -> accepts(together, left, subject, needsText),
                    () -> accepts(together, right, subject, needsNumber)));
        assertThat(List.of(accepted.get(0).get(), accepted.get(1).get()))
            .containsExactlyInAnyOrder(true, false);
        List<SchemaRecord> versions = left.ask(catalog -> catalog.versions(subject, true));
        assertThat(versions).hasSize(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean accepts(
      CyclicBarrier together, TopicSchemaRegistry registry, String subject, Schema schema)
      throws Exception {
    together.await();
    try {
      registry.register(subject, schema);
      return true;
    } catch (SchemaRefusedException refused) {
      assertThat(refused.reason()).isEqualTo(SchemaRefusedException.Reason.INCOMPATIBLE);
      return false;
    }
  }

  /** A registrar that died before it had withdrawn its record. */
  @Test
  void theNextToRegisterWithdrawsWhatTookNothing() throws Exception {
    Entry first = foreign("s", 1, "", "\\\"string\\\"");
    Entry lostVersion = foreign("s", 2, "", "\\\"long\\\"");
    Entry lostNumber = foreign("t", 1, "", "\\\"double\\\"");
    append(topic, List.of(first, lostVersion, lostNumber));

    try (TopicSchemaRegistry registry = registry()) {
      assertThat(registry.register("events-A", schema("A"))).isEqualTo(3);
    }
    assertThat(records().subList(3, 5)).containsExactly(first, new Entry(lostNumber.key(), null));
    assertRead(compacted(), Map.of(Schema.create(Schema.Type.STRING), 1, schema("A"), 3));
  }

  @Test
  void compatibilityIsKeptInTheTopic() {
    try (TopicSchemaRegistry registry = registry();
        TopicSchemaRegistry other = registry()) {
      registry.setDefaultCompatibility(CompatibilityLevel.BACKWARD);
      registry.setCompatibility("events-A", CompatibilityLevel.NONE);

      CompatibilityLevel ofAll = other.ask(catalog -> catalog.settings().defaultCompatibility());
      Optional<CompatibilityLevel> ofOne =
          other.ask(catalog -> catalog.settings().ownCompatibility("events-A"));
      assertThat(ofAll).isEqualTo(CompatibilityLevel.BACKWARD);
      assertThat(ofOne).contains(CompatibilityLevel.NONE);
    }
    assertThat(records())
        .containsExactly(
            new Entry(
                "{\"keytype\":\"CONFIG\",\"magic\":0}", "{\"compatibilityLevel\":\"BACKWARD\"}"),
            new Entry(
                "{\"keytype\":\"CONFIG\",\"subject\":\"events-A\",\"magic\":0}",
                "{\"subject\":\"events-A\",\"compatibilityLevel\":\"NONE\"}"));
  }

  private record Wanted(String subject, String schema) {}

  private interface Rounds {
    List<Wanted> wanted(int round);
  }

  /** Both registries register at the same time, and each schema has one number ever after. */
  private void race(Rounds rounds) throws Exception {
    Map<Schema, Integer> registered = new LinkedHashMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (TopicSchemaRegistry left = registry();
        TopicSchemaRegistry right = registry()) {
      List<TopicSchemaRegistry> both = List.of(left, right);
      CyclicBarrier together = new CyclicBarrier(2);
      for (int round = 0; round < ROUNDS; round++) {
        List<Wanted> wanted = rounds.wanted(round);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          TopicSchemaRegistry registry = both.get(i);
          Wanted one = wanted.get(i);
          calls.add(
              () -> {
                together.await();
                return registry.register(one.subject(), schema(one.schema()));
              });
        }
        List<Future<Integer>> ids = threads.invokeAll(calls);
        for (int i = 0; i < 2; i++) {
          Integer id = ids.get(i).get();
          Optional<Integer> before =
              Optional.ofNullable(registered.put(schema(wanted.get(i).schema()), id));
          assertThat(before.orElse(id)).isEqualTo(id);
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(registered.values()).doesNotHaveDuplicates();
    assertRead(topic, registered);
    assertRead(compacted(), registered);
  }
}
