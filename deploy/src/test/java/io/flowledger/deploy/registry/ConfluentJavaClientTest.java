package io.flowledger.deploy.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import io.flowledger.schemas.topic.PartitionReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Confluent's own Java client, as Flink's connector brings it, with our registry. */
class ConfluentJavaClientTest {

  private static final int KAFKA_PORT = Ports.free();
  private static final String RUNS = "flowledger.events-io.flowledger.event.RunRegistered";
  private static final AvroSchema FIRST = schema("");
  private static final AvroSchema SECOND =
      schema(",{\"name\":\"more\",\"type\":[\"null\",\"string\"],\"default\":null}");
  private static final AvroSchema INCOMPATIBLE =
      schema(",{\"name\":\"needed\",\"type\":\"string\"}");

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private CachedSchemaRegistryClient client;

  private final String subject = "topic-" + UUID.randomUUID();

  private static AvroSchema schema(String moreFields) {
    return new AvroSchema(
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"kept\",\"type\":\"long\"}"
            + moreFields
            + "]}");
  }

  @BeforeAll
  static void start() {
    server = TestServer.startWithKafkaAt(KAFKA_PORT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() {
    client = newClient();
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  private static CachedSchemaRegistryClient newClient() {
    return new CachedSchemaRegistryClient(server.url("/schema-registry"), 100);
  }

  @Test
  void registersAndLooksUp() throws Exception {
    int first = client.register(subject, FIRST);
    int second = client.register(subject, SECOND);

    try (CachedSchemaRegistryClient other = newClient()) {
      assertThat(other.getSchemaById(first)).isEqualTo(FIRST);
      assertThat(other.getSchemaBySubjectAndId(subject, second)).isEqualTo(SECOND);
      assertThat(other.getAllVersions(subject)).containsExactly(1, 2);
      assertThat(other.getVersion(subject, SECOND)).isEqualTo(2);
      assertThat(other.getId(subject, FIRST)).isEqualTo(first);
      SchemaMetadata latest = other.getLatestSchemaMetadata(subject);
      assertThat(latest.getId()).isEqualTo(second);
      assertThat(latest.getVersion()).isEqualTo(2);
      assertThat(latest.getSchemaType()).isEqualTo("AVRO");
      assertThat(latest.getSchema()).isEqualTo(SECOND.canonicalString());
      assertThat(other.getSchemaMetadata(subject, 1).getId()).isEqualTo(first);
      assertThat(other.getAllVersionsById(second)).contains(new SubjectVersion(subject, 2));
      assertThat(other.getAllSubjectsById(second)).contains(subject);
      assertThat(other.getAllSubjectsByPrefix("topic-")).contains(subject);
      assertThat(other.getAllSubjects()).contains(subject, RUNS);
      assertThat(other.getSchemas(subject, false, true)).containsExactly(SECOND);
    }
  }

  @Test
  void isToldWhatIsIncompatible() throws Exception {
    client.register(subject, FIRST);

    assertThat(client.testCompatibility(subject, SECOND)).isTrue();
    assertThat(client.testCompatibility(subject, INCOMPATIBLE)).isFalse();
    assertThat(client.testCompatibilityVerbose(subject, INCOMPATIBLE))
        .element(0)
        .isEqualTo(
            "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'needed' at"
                + " path '/fields/1' in the new schema has no default value and is missing in the"
                + " old schema', additionalInfo:'needed'}");
    refused(() -> client.register(subject, INCOMPATIBLE), 409, 40901);
  }

  @Test
  void isToldConfluentsCodes() throws Exception {
    refused(() -> client.getLatestSchemaMetadata(subject), 404, 40401);
    refused(() -> client.getId(subject, FIRST), 404, 40401);
    refused(() -> client.getSchemaById(4711), 404, 40403);
    client.register(subject, FIRST);
    refused(() -> client.getSchemaMetadata(subject, 2), 404, 40402);
    refused(() -> client.getId(subject, SECOND), 404, 40403);
    refused(() -> client.updateConfig(subject, new Config("SIDEWARD")), 422, 42203);
    refused(() -> client.deleteSubject(subject, false), 422, 42205);
    refused(() -> client.setMode("READONLY"), 422, 42205);
  }

  @Test
  void setsAndReadsCompatibility() throws Exception {
    assertThat(client.getConfig(null).getCompatibilityLevel()).isEqualTo("FULL_TRANSITIVE");
    assertThat(client.updateConfig(subject, new Config("NONE")).getCompatibilityLevel())
        .isEqualTo("NONE");
    assertThat(client.getConfig(subject).getCompatibilityLevel()).isEqualTo("NONE");
    client.register(subject, FIRST);
    assertThat(client.registerWithResponse(subject, INCOMPATIBLE, true).getVersion()).isEqualTo(2);
    assertThat(client.getMode()).isEqualTo("READWRITE");
  }

  @Test
  void readsRealEventsWithTheSchemasThatItIsGiven() throws Exception {
    Api api = Api.of(server);
    api.created("/flows/JavaFlow", "{\"user_name\": \"ann\", \"tags\": [\"t\"]}");
    api.created("/flows/JavaFlow/run", "{\"user_name\": \"ann\"}");

    List<GenericRecord> events = new ArrayList<>();
    for (byte[] value : records("JavaFlow")) {
      ByteBuffer bytes = ByteBuffer.wrap(value);
      assertThat(bytes.get()).isZero();
      Schema schema = ((AvroSchema) client.getSchemaById(bytes.getInt())).rawSchema();
      events.add(
          new GenericDatumReader<GenericRecord>(schema)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(value, bytes.position(), bytes.remaining(), null)));
    }
    assertThat(events.stream().map(event -> event.getSchema().getFullName()))
        .containsExactly("io.flowledger.event.FlowRegistered", "io.flowledger.event.RunRegistered");
    assertThat(events.stream().map(event -> event.get("flow_id").toString()))
        .containsExactly("JavaFlow", "JavaFlow");
    assertThat(events.get(0).get("user_name")).hasToString("ann");
  }

  /** The values of the records of a flow. */
  private static List<byte[]> records(String flow) {
    List<byte[]> values = new ArrayList<>();
    Map<String, Object> config = Map.of("bootstrap.servers", "127.0.0.1:" + KAFKA_PORT);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (int partition = 0; partition < 4; partition++) {
        TopicPartition one = new TopicPartition("flowledger.events", partition);
        consumer.assign(List.of(one));
        consumer.seekToBeginning(List.of(one));
        PartitionReader.readToEnd(
            consumer,
            one,
            record -> {
              if (new String(record.key(), UTF_8).equals(flow)) {
                values.add(record.value());
              }
            });
      }
    }
    return values;
  }

  private interface Call {
    void run() throws Exception;
  }

  private static void refused(Call call, int status, int code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            RestClientException.class,
            e -> {
              assertThat(e.getStatus()).isEqualTo(status);
              assertThat(e.getErrorCode()).isEqualTo(code);
            });
  }
}
