package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.config.SchemasConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.ViewsConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ApicurioRegistry;
import io.flowledger.deploy.fixture.OtherSerializer;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import io.flowledger.deploy.server.StartException;
import io.flowledger.event.EventId;
import io.flowledger.event.FlowRegistered;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.registry.http.HttpSchemaRegistry;
import io.flowledger.schemas.registry.http.HttpSchemaRegistryConfig;
import io.flowledger.schemas.serde.EventSerde;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** A server whose schemas are in a real Apicurio Registry. */
class SchemaRegistryIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @SuppressWarnings("NullAway.Init")
  private static ApicurioRegistry registry;

  private final Path data = TestServer.temporaryFolder();
  private final int kafkaPort = Ports.free();

  @BeforeAll
  static void start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      System.err.println(
          "WARNING: no Docker here, so the API is not tested on a registry container");
    }
    registry = new ApicurioRegistry();
  }

  @AfterAll
  static void stop() {
    registry.close();
  }

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private TestServer server() {
    return server(Optional.empty());
  }

  private TestServer server(Optional<String> valueSerializer) {
    return server(valueSerializer, Map.of(), TestServer.config(data).views().applyTimeout());
  }

  /** One whose writes do not wait long for views that wait for the registry. */
  private TestServer impatientServer(Map<String, String> kafkaProperties) {
    return server(Optional.empty(), kafkaProperties, Duration.ofMillis(200));
  }

  private TestServer server(
      Optional<String> valueSerializer,
      Map<String, String> kafkaProperties,
      Duration applyTimeout) {
    ServerConfig plain = TestServer.config(data);
    return TestServer.start(
        plain
            .withKafka(TestServer.embeddedKafka(kafkaPort).withProperties(kafkaProperties))
            .withViews(new ViewsConfig(applyTimeout, plain.views().memoryBytes()))
            .withSchemas(
                new SchemasConfig(registry.properties(), valueSerializer, plain.schemas().path())));
  }

  @Test
  void flowsAreWrittenAndReadWithItsSchemas() {
    String run;
    try (TestServer server = server()) {
      Api api = Api.of(server);
      api.created("/flows/Registered", "{}");
      run = api.created("/flows/Registered/run", "{}");
      assertThat(api.get("/flows/Registered/runs/1").body()).isEqualTo(run);
      assertThat(api.get("/healthcheck").body()).isEqualTo("{\"status\": \"UP\"}");
    }
    assertThat(new Api(registry.url()).get("/subjects").body())
        .contains(
            "\"flowledger.events-io.flowledger.event.FlowRegistered\"",
            "\"flowledger.events-io.flowledger.event.RunTagsMutated\"",
            "\"flowledger.heartbeats-io.flowledger.event.Heartbeat\"",
            "\"flowledger.ids-io.flowledger.event.IdsClaimed\"");
    assertThat(verify()).isEqualTo("PROVEN");
    TestServer.delete(data.resolve("views"));
    try (TestServer server = server()) {
      assertThat(Api.of(server).get("/flows/Registered/runs/1").body()).isEqualTo(run);
    }
  }

  /** The last line of an audit of the data folder. */
  private String verify() {
    StringWriter out = new StringWriter();
    Main.run(
        new String[] {
          "audit", "verify", "--data", data.toString(), "--schema-registry", registry.url()
        },
        Map.of(),
        new PrintWriter(out, true),
        new PrintWriter(new StringWriter(), true));
    return out.toString().lines().reduce("", (before, line) -> line);
  }

  @Test
  void anotherSerializerWritesInItsPlace() {
    OtherSerializer.WRITTEN.clear();
    String run;
    try (TestServer server = server(Optional.of(OtherSerializer.class.getName()))) {
      Api api = Api.of(server);
      api.created("/flows/Other", "{}");
      run = api.created("/flows/Other/run", "{}");
      // One sample of each type, then the flow and the run.
      assertThat(OtherSerializer.WRITTEN.get("flowledger.events")).hasValue(7 + 2);
    }
    try (TestServer server = server()) {
      assertThat(Api.of(server).get("/flows/Other/runs/1").body()).isEqualTo(run);
    }
  }

  @Test
  void aServerDoesNotStartWithoutIt() {
    registry.kill();
    try {
      assertThatThrownBy(this::server)
          .isExactlyInstanceOf(StartException.class)
          .hasMessage(
              "the schema registry does not answer: " + registry.url() + ": ConnectException");
    } finally {
      registry.startAgain();
    }
  }

  // ---- while it is gone ------------------------------------------------------------------------

  @Test
  void writesGoOnWhileItIsGoneAndNoneIsLost() {
    List<Writer> writers = new ArrayList<>();
    try (TestServer server = server()) {
      Api api = Api.of(server);
      for (int i = 0; i < 4; i++) {
        api.created("/flows/Loaded" + i, "{}");
        writers.add(new Writer(api, "/flows/Loaded" + i));
      }
      writers.forEach(Writer::awaitMore);
      registry.kill();
      writers.forEach(Writer::awaitMore);
      registry.startAgain();
      writers.forEach(Writer::awaitMore);
      writers.forEach(Writer::stop);
      for (Writer writer : writers) {
        assertThat(api.get(writer.flow + "/runs").body()).isEqualTo(writer.expected());
      }
    }
    TestServer.delete(data.resolve("views"));
    try (TestServer server = server()) {
      for (Writer writer : writers) {
        assertThat(Api.of(server).get(writer.flow + "/runs").body()).isEqualTo(writer.expected());
      }
    }
  }

  /** Makes one run after the other, each of which has to be answered with success. */
  private static final class Writer {
    private static final int MORE = 50;

    final String flow;
    private final List<String> acknowledged = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> writing;
    private volatile boolean stopped;

    Writer(Api api, String flow) {
      this.flow = flow;
      this.writing =
          CompletableFuture.runAsync(
              () -> {
                while (!stopped) {
                  acknowledged.add(api.created(flow + "/run", "{}"));
                  count.incrementAndGet();
                }
              },
              task -> new Thread(task, flow).start());
    }

    void awaitMore() {
      int from = count.get();
      Awaitility.await()
          .atMost(LIMIT)
          .until(
              () -> {
                if (writing.isDone()) {
                  writing.join();
                }
                return count.get() >= from + MORE;
              });
    }

    void stop() {
      stopped = true;
      writing.join();
    }

    /** The listing, which has the newest run first. */
    String expected() {
      List<String> newestFirst = new ArrayList<>(acknowledged);
      java.util.Collections.reverse(newestFirst);
      return "[" + String.join(", ", newestFirst) + "]";
    }
  }

  @Test
  void aRecordOfASchemaThatIsNotKnownYetWaitsForIt() throws Exception {
    // A member that does not come back for more so soon loses its place in the group.
    try (TestServer server = impatientServer(Map.of("max.poll.interval.ms", "2000"))) {
      Api api = Api.of(server);
      appendWhileItIsGone(api);

      assertThat(api.get("/metrics").body()).contains("flowledger_schema_waits 1.0\n");
      // What is written meanwhile is in the log, and what is in the views can be read.
      api.created("/flows/Meanwhile", "{}");
      assertThat(api.get("/flows/Before").status()).isEqualTo(200);
      assertThat(api.get("/flows/Late").status()).isEqualTo(404);
      awaitExpulsion();

      registry.startAgain();
      awaitLate(api);
      Awaitility.await().atMost(LIMIT).until(() -> api.get("/flows/Meanwhile").status() == 200);
      Awaitility.await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(api.get("/healthcheck").body()).isEqualTo("{\"status\": \"UP\"}"));
      assertThat(api.get("/metrics").body()).doesNotContain("verdict=\"rejected\"");
    }
  }

  @Test
  void aServerThatWaitsForItCanBeStopped() throws Exception {
    TestServer waiting = impatientServer(Map.of());
    appendWhileItIsGone(Api.of(waiting));
    long start = System.nanoTime();
    waiting.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));

    registry.startAgain();
    try (TestServer server = server()) {
      awaitLate(Api.of(server));
      assertThat(Api.of(server).get("/metrics").body()).doesNotContain("verdict=\"rejected\"");
    }
  }

  /** Then the view of the record waits. */
  private void appendWhileItIsGone(Api api) throws Exception {
    api.created("/flows/Before", "{}");
    Awaitility.await().atMost(LIMIT).until(() -> api.get("/flows/Before").status() == 200);
    FlowRegistered late =
        new FlowRegistered(
            new EventId(new byte[16]),
            "Late",
            "ada",
            List.of(),
            List.of(),
            1000L,
            null,
            "test/1",
            null);
    byte[] value = writtenWithANewSchema(late);
    registry.kill();
    append("Late", value);
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> api.get("/healthcheck").body().contains("message"));
    assertThat(api.get("/healthcheck"))
        .isEqualTo(
            new Api.Answer(
                200,
                "{\"status\": \"UP\", \"message\": \"views do not advance, since the schema"
                    + " registry does not answer: "
                    + registry.url()
                    + ": ConnectException\"}",
                Optional.empty()));
  }

  private void awaitExpulsion() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort))) {
      Awaitility.await()
          .atMost(LIMIT)
          .until(
              () ->
                  admin
                      .describeConsumerGroups(List.of("flowledger.projector"))
                      .all()
                      .get()
                      .values()
                      .stream()
                      .allMatch(group -> group.members().isEmpty()));
    }
  }

  private static void awaitLate(Api api) {
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(api.get("/flows/Late").body())
                    .isEqualTo(
                        "{\"flow_id\": \"Late\", \"user_name\": \"ada\", \"ts_epoch\": 1000,"
                            + " \"tags\": [], \"system_tags\": []}"));
  }

  /** As a producer with another documentation of the type would. */
  private static byte[] writtenWithANewSchema(FlowRegistered event) {
    Map<String, String> properties = new HashMap<>(registry.properties());
    try (HttpSchemaRegistry client =
        new HttpSchemaRegistry(HttpSchemaRegistryConfig.of(properties))) {
      Schema schema = new Schema.Parser().parse(event.getSchema().toString());
      schema.addProp("owner", "another team");
      int number = client.register("another-team", schema);
      EventSerde serde = new EventSerde(new OneNumber(number));
      serde.register("any", List.of(event.getSchema()));
      byte[] value = serde.serialize(event);
      assertThat(ByteBuffer.wrap(value).getInt(1)).isEqualTo(number);
      return value;
    }
  }

  /** Gives every schema the same number. */
  private record OneNumber(int number) implements SchemaRegistry {

    @Override
    public int register(String subject, Schema schema) {
      return number;
    }

    @Override
    public Optional<Schema> schema(int id) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private void append(String flow, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  "flowledger.events", flow.getBytes(StandardCharsets.UTF_8), value))
          .get();
    }
  }
}
