package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.DeadLetters;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.EmbeddedKafka;
import io.flowledger.deploy.server.Ports;
import io.flowledger.deploy.server.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The views are made again from the log whatever has become of their folder, or the start fails.
 */
class ViewRecoveryIT {

  private static final String EVENTS = "flowledger.events";
  private static final int MOST_EVENT_BYTES = 32 << 20;

  private final Path data = TestServer.temporaryFolder();
  private final Path other = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
    TestServer.delete(other);
  }

  /** It has to wait for its views, which the group still looks for at the old address. */
  @Test
  void aServerAtAnotherAddressIsReadyWhenItsOwnViewsAre() {
    int port = Ports.free();
    try (TestServer server = TestServer.start(TestServer.config(data, port))) {
      assertThat(Api.of(server).get("/flows").body()).isEqualTo("[]");
    }
    copy(data.resolve("views"), other.resolve("old-views"));
    try (TestServer server = TestServer.start(TestServer.config(data, port))) {
      Api api = Api.of(server);
      for (int flow = 0; flow < 10; flow++) { // in all partitions
        api.created("/flows/Flow" + flow, "{}");
        for (int i = 0; i < 300; i++) {
          api.send("POST", "/flows/Flow" + flow + "/run", "{}", "Prefer", "respond-async");
        }
        api.created("/flows/Flow" + flow + "/run", "{}");
      }
    }
    TestServer.delete(data.resolve("views"));
    copy(other.resolve("old-views"), data.resolve("views"));

    try (TestServer server = TestServer.start(TestServer.config(data, Ports.free()))) {
      Api api = Api.of(server);
      for (int flow = 0; flow < 10; flow++) {
        api.created("/flows/Flow" + flow + "/run", "{}");
      }
    }
  }

  @Test
  void wipedViewsAreRebuilt() {
    String before = written(data, "Wiped", 20);
    TestServer.delete(data.resolve("views"));
    assertThat(content(data, "Wiped")).isEqualTo(before);
  }

  @Test
  void anOutdatedCopyOfTheViewsCatchesUp() {
    written(data, "First", 5);
    copy(data.resolve("views"), other.resolve("old-views"));
    String before = written(data, "Second", 20);
    TestServer.delete(data.resolve("views"));
    copy(other.resolve("old-views"), data.resolve("views"));
    assertThat(content(data, "Second")).isEqualTo(before);
  }

  /** Of what is being read: nobody is told less, or that the server is at fault. */
  @Test
  void aViewThatIsFoundDamagedWhenItIsReadIsMadeAgainMeanwhile() throws IOException {
    String before = written(data, "Damaged", 300);
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      for (Path view : views("events-view")) {
        damageTables(view);
      }
      List<Integer> statuses = new ArrayList<>();
      Api.Answer answer = api.get("/flows/Damaged/runs");
      while (answer.status() != 200) {
        statuses.add(answer.status());
        answer = api.get("/flows/Damaged/runs");
      }
      assertThat(statuses).isNotEmpty().containsOnly(503);
      assertThat(content(api, "Damaged")).isEqualTo(before);
      assertThat(views("events-view.damaged")).hasSize(1);
    }
  }

  private List<Path> views(String name) throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("views"))) {
      return files.filter(each -> each.endsWith(name)).toList();
    }
  }

  /** What is in the middle of them is not in memory. */
  private static void damageTables(Path view) throws IOException {
    try (Stream<Path> files = Files.list(view)) {
      for (Path table : files.filter(file -> file.toString().endsWith(".sst")).toList()) {
        try (FileChannel bytes = FileChannel.open(table, StandardOpenOption.WRITE)) {
          for (long at = 1; at < bytes.size() / 2; at += 100) {
            bytes.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), at);
          }
        }
      }
    }
  }

  @Test
  void theViewsOfAnotherServerAreNotTaken() {
    written(other, "Foreign", 5);
    String before = written(data, "Own", 5);
    TestServer.delete(data.resolve("views"));
    copy(other.resolve("views"), data.resolve("views"));
    assertThat(content(data, "Own")).isEqualTo(before);
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      assertThat(Api.of(server).get("/flows/Foreign").status()).isEqualTo(404);
    }
  }

  @Test
  void viewsThatMissDeletedRecordsStopTheStart() throws Exception {
    written(data, "Truncated", 20);
    TestServer.delete(data.resolve("views"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      int partition = partitionOf("Truncated");
      admin
          .deleteRecords(
              Map.of(new TopicPartition(EVENTS, partition), RecordsToDelete.beforeOffset(3)))
          .all()
          .get();
    }
    assertThatThrownBy(() -> TestServer.start(TestServer.config(data)))
        .isInstanceOf(StartException.class)
        .hasMessageMatching(
            ".* lacks what it has acknowledged: log-start-offset-checkpoint lets"
                + " flowledger\\.events-\\d begin at offset 3, and Kafka would delete what is"
                + " before\\. Nothing was changed\\. .*");
  }

  @Test
  void viewsOfARecreatedTopicAreRebuiltFromIt() throws Exception {
    written(data, "Gone", 20);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Map<String, String> configs = new java.util.HashMap<>();
      admin
          .describeConfigs(
              List.of(
                  new org.apache.kafka.common.config.ConfigResource(
                      org.apache.kafka.common.config.ConfigResource.Type.TOPIC, EVENTS)))
          .all()
          .get()
          .values()
          .iterator()
          .next()
          .entries()
          .stream()
          .filter(entry -> !entry.isDefault())
          .forEach(entry -> configs.put(entry.name(), entry.value()));
      admin.deleteTopics(List.of(EVENTS)).all().get();
      admin
          .createTopics(
              List.of(new NewTopic(EVENTS, Optional.of(4), Optional.empty()).configs(configs)))
          .all()
          .get();
    }
    ServerConfig config = TestServer.config(data);
    assertThatThrownBy(() -> TestServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("topic flowledger.events (");
    KafkaConfig.Embedded accepting = ((KafkaConfig.Embedded) config.kafka()).acceptingLoss();
    try (TestServer server = TestServer.start(config.withKafka(accepting))) {
      Api api = Api.of(server);
      assertThat(api.get("/flows").body()).isEqualTo("[]");
      String flow = api.created("/flows/Gone", "{}");
      assertThat(api.get("/flows").body()).isEqualTo("[" + flow + "]");
    }
  }

  @Test
  void recordsThatAreNoEventsGoToTheDeadLettersAndStopNothing() {
    written(data, "Readable", 1);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    kafka.bootstrapServers(),
                    "compression.type",
                    "gzip",
                    "max.request.size",
                    MOST_EVENT_BYTES * 2,
                    "buffer.memory",
                    MOST_EVENT_BYTES * 4L),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(EVENTS, 0, new byte[] {1}, new byte[] {7, 7, 7}));
      producer.send(
          new ProducerRecord<>(EVENTS, 0, new byte[] {1}, new byte[] {7}) {
            @Override
            public Long timestamp() {
              return -1L; // as clients of other makes may write
            }
          });
      // Larger than the dead letters take it, once it is not compressed any more.
      producer.send(new ProducerRecord<>(EVENTS, 1, new byte[] {1}, new byte[MOST_EVENT_BYTES]));
      producer.send(new ProducerRecord<>(EVENTS, 1, new byte[] {1}, new byte[] {0, 0, 0, 9, 9}));
      producer.send(new ProducerRecord<>(EVENTS, 2, null, new byte[] {7}));
      producer.send(new ProducerRecord<>(EVENTS, 3, new byte[] {1}, null));
    }
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      api.created("/flows/Readable/run", "{}");
      org.awaitility.Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(
                          api.get("/metrics")
                              .body()
                              .lines()
                              .filter(line -> line.contains("verdict=\"rejected\"")))
                      .containsExactly(
                          "flowledger_projected_total{topic=\"flowledger.events\","
                              + "verdict=\"rejected\"} 6.0"));
    }
    List<String> letters = DeadLetters.read(data.resolve("kafka"), "flowledger.dead-letters", 6);
    assertThat(letters)
        .containsExactlyInAnyOrder(
            "flowledger.events-0: not in Confluent's wire format (magic byte 0, schema id)",
            "flowledger.events-0: not in Confluent's wire format (magic byte 0, schema id)",
            "flowledger.events-1: schema id 0 is not in the registry",
            "flowledger.events-1: schema id 2313 is not in the registry",
            "flowledger.events-2: the record has no key",
            "flowledger.events-3: a record without a value is no event");
    // They are dead, not pending: another start does not bring them up again.
    TestServer.delete(data.resolve("views"));
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      assertThat(Api.of(server).get("/flows/Readable/runs").status()).isEqualTo(200);
    }
    assertThat(DeadLetters.read(data.resolve("kafka"), "flowledger.dead-letters", 6)).hasSize(6);
  }

  @Test
  void aGroupThatIsNewGoesOnBehindTheRebuild() {
    String before = written(data, "Again", 1);
    TestServer.delete(data.resolve("views"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      // possible when the session of the server's member has expired
      org.awaitility.Awaitility.await()
          .atMost(java.time.Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () -> {
                admin.deleteConsumerGroups(List.of("flowledger.projector")).all().get();
                return true;
              });
    }
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      assertThat(content(api, "Again")).isEqualTo(before);
      // Five events, and a sixth that comes behind them all.
      api.created("/flows/Again/run", "{}");
      assertThat(api.get("/metrics").body())
          .contains(
              "flowledger_projected_total{topic=\"flowledger.events\",verdict=\"applied\"} 6.0");
    }
  }

  // ---- what the tests need ---------------------------------------------------------------------

  private static int partitionOf(String flow) {
    return org.apache.kafka.common.utils.Utils.toPositive(
            org.apache.kafka.common.utils.Utils.murmur2(
                flow.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        % 4;
  }

  /** Writes a flow with runs, and returns what is read of it. */
  private static String written(Path data, String flow, int runs) {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      api.created("/flows/" + flow, "{}");
      for (int i = 0; i < runs; i++) {
        String run = Api.field(api.created("/flows/" + flow + "/run", "{}"), "run_number");
        String path = "/flows/" + flow + "/runs/" + run;
        api.created(path + "/steps/start/step", "{}");
        api.created(path + "/steps/start/task", "{}");
        api.created(path + "/heartbeat", "{}");
        api.patch(path + "/tag/mutate", "{\"tags_to_add\": [\"t" + i + "\"]}");
      }
      return content(api, flow);
    }
  }

  private static String content(Path data, String flow) {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      return content(Api.of(server), flow);
    }
  }

  private static String content(Api api, String flow) {
    StringBuilder content = new StringBuilder(api.get("/flows/" + flow + "/runs").body());
    java.util.regex.Matcher run =
        java.util.regex.Pattern.compile("\"run_number\": (\\d+)").matcher(content.toString());
    while (run.find()) {
      content.append(
          api.get("/flows/" + flow + "/runs/" + run.group(1) + "/steps/start/tasks").body());
    }
    return content.toString();
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
