package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.Main;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.TopicsConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.OutsideProducer;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import io.flowledger.deploy.server.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A server's log is copied to another Kafka with other partitions, killed in its midst and gone on
 * with. A server there answers as the old one did.
 */
class CopyIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FLOWS = 6;
  private static final int TASKS = 60;
  private static final int PARTITIONS = 7;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Path data = TestServer.temporaryFolder();
  private final Path newData = TestServer.temporaryFolder();
  private final Path broker = TestServer.temporaryFolder();
  private final List<String> paths = new ArrayList<>(List.of("/flows"));

  @AfterEach
  void clean() {
    for (Path folder : List.of(data, newData, broker)) {
      TestServer.delete(folder);
    }
  }

  @Test
  void theCopyAnswersAsTheLogDidAlthoughItWasCutOff() throws Exception {
    int kafkaPort = Ports.free();
    Map<String, String> before;
    List<String> lettersBefore;
    String headsBefore;
    long lastTask;
    try (TestServer old =
        TestServer.start(TestServer.config(data).withKafka(TestServer.embeddedKafka(kafkaPort)))) {
      Api api = Api.of(old);
      lastTask = write(api);
      writeWhatIsRejected(api, "127.0.0.1:" + kafkaPort);
      before = answers(api);
      lettersBefore = letters(api, 5);
      headsBefore = api.get("/audit/head").body();
    }
    try (ChildProcess kafka = ChildProcess.java(BrokerProcess.class, broker.toString())) {
      String target = kafka.await(Pattern.compile("broker at (\\S+)"));

      killInItsMidst(target);

      assertThatThrownBy(() -> TestServer.start(config(target)))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "the log is being copied to topics flowledger.... and is not complete; run 'flowledger"
                  + " copy' again");
      Path heads = newData.resolve("heads.json");
      try (ChildProcess copy = copy(target, "--heads", heads.toString())) {
        String output = copy.awaitEnd();
        assertThat(output).contains("COMPLETE: source and copy are the same.");
        assertThat(copy.exitStatus()).isZero();
      }
      assertThat(JSON.readTree(Files.readString(Path.of(heads + ".source"))).path("heads"))
          .containsExactlyInAnyOrderElementsOf(nonEmpty(JSON.readTree(headsBefore)));
      try (TestServer now = TestServer.start(config(target))) {
        Api api = Api.of(now);

        assertThat(answers(api)).isEqualTo(before);
        assertThat(letters(api, lettersBefore.size())).isEqualTo(lettersBefore);
        assertThat(nonEmpty(JSON.readTree(api.get("/audit/head").body())))
            .containsExactlyInAnyOrderElementsOf(
                JSON.readTree(Files.readString(heads)).path("heads"));
        assertThat(api.operate("POST", "/flowledger/audit/verify", Files.readString(heads)).body())
            .contains("\"outcome\": \"proven\"")
            .doesNotContain("\"outcome\": \"differs\"", "\"outcome\": \"unproven\"");
        assertThat(newTask(api)).isGreaterThan(lastTask);
      }
    }
  }

  // ---- what is written --------------------------------------------------------------------------

  private long write(Api api) throws Exception {
    long last = 0;
    for (int flow = 0; flow < FLOWS; flow++) {
      StringBuilder lines = new StringBuilder();
      String id = "Flow" + flow;
      entry(lines, "\"type\": \"flow\", \"flow_id\": \"%s\"", id);
      entry(lines, "\"type\": \"run\", \"flow_id\": \"%s\", \"ref\": \"r\", \"tags\": [\"a\"]", id);
      entry(lines, "\"type\": \"step\", \"run_number\": \"$r\", \"step_name\": \"start\"");
      for (int task = 0; task < TASKS; task++) {
        String ref = "t" + task;
        entry(
            lines,
            "\"type\": \"task\", \"run_number\": \"$r\", \"step_name\": \"start\", \"ref\": \"%s\"",
            ref);
        entry(
            lines,
            "\"type\": \"metadata\", \"task_id\": \"$%s\", \"field_name\": \"f\", \"value\": \"%d\"",
            ref,
            task);
        entry(
            lines,
            "\"type\": \"artifact\", \"task_id\": \"$%s\", \"name\": \"x\", \"sha\": \"s\","
                + " \"location\": \"l\"",
            ref);
        entry(lines, "\"type\": \"heartbeat\", \"task_id\": \"$%s\"", ref);
      }
      entry(lines, "\"type\": \"tags\", \"run_number\": \"$r\", \"tags_to_add\": [\"b\"]");
      String answer = api.created("/events", lines.toString());
      assertThat(answer).doesNotContain("rejected");
      for (String line : answer.lines().toList()) {
        JsonNode result = JSON.readTree(line);
        if (result.has("task_id")) {
          last = Math.max(last, result.path("task_id").asLong());
        }
      }
      paths.add("/flows/" + id);
      for (String of : List.of("", "/steps", "/steps/start/tasks", "/metadata", "/artifacts")) {
        paths.add("/flows/" + id + "/runs/" + (flow + 1) + of);
      }
      paths.add("/flows/" + id + "/runs/" + (flow + 1) + "/status");
    }
    return last;
  }

  private static void entry(StringBuilder lines, String fields, Object... arguments) {
    lines.append('{').append(fields.formatted(arguments)).append("}\n");
  }

  private void writeWhatIsRejected(Api api, String kafka) throws Exception {
    try (OutsideProducer outside = new OutsideProducer(kafka)) {
      outside.append(null, OutsideProducer.utf8("nobody understands it"));
      outside.append(OutsideProducer.utf8("Flow1"), OutsideProducer.utf8("nor this"));
      outside.append("Missing", OutsideProducer.run("Missing", 999));
      outside.append(
          new ProducerRecord<>(
              "flowledger.heartbeats", 1, OutsideProducer.utf8("run/9"), new byte[] {1}));
      // In each partition but the one that the flow belongs in.
      for (int partition = 0; partition < outside.partitions(); partition++) {
        outside.append(
            new ProducerRecord<>(
                OutsideProducer.EVENTS,
                partition,
                OutsideProducer.utf8("Flow2"),
                outside.bytes(OutsideProducer.tag("Flow2", 3, "t" + partition))));
      }
    }
    letters(api, 7);
    JsonNode first = JSON.readTree(api.get("/flowledger/dead-letters?_limit=1").body()).path(0);
    assertThat(
            api.operate(
                    "POST",
                    "/flowledger/dead-letters/redrive",
                    "{\"positions\": [" + first.path("position").asLong() + "]}")
                .status())
        .isEqualTo(200);
  }

  private static long newTask(Api api) {
    return Long.parseLong(
        Api.field(api.created("/flows/Flow0/runs/1/steps/start/task", "{}"), "task_id"));
  }

  // ---- what is answered ------------------------------------------------------------------------

  /** Of listings over all flows, the order of the flows is that of the partitions. */
  private Map<String, String> answers(Api api) throws Exception {
    Map<String, String> answers = new TreeMap<>();
    for (String path : paths) {
      Api.Answer answer = api.get(path);
      assertThat(answer.status()).isEqualTo(200);
      String body = answer.body().replaceAll("\"(duration_ms|as_of)\": \\d+", "");
      answers.put(path, path.equals("/flows") ? sorted(body) : body);
    }
    return answers;
  }

  private static String sorted(String list) throws Exception {
    return StreamSupport.stream(JSON.readTree(list).spliterator(), false)
        .map(JsonNode::toString)
        .sorted()
        .toList()
        .toString();
  }

  /** What the letters say that does not depend on the partitions, in their order. */
  private static List<String> letters(Api api, int atLeast) throws Exception {
    List<String> letters = new ArrayList<>();
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              letters.clear();
              JSON.readTree(api.get("/flowledger/dead-letters?_limit=500").body())
                  .forEach(
                      letter ->
                          letters.add(
                              "%s %s %s"
                                  .formatted(
                                      letter.path("position"),
                                      letter.path("state"),
                                      letter
                                          .path("reason")
                                          .asText()
                                          .replaceAll("in partition \\d+", "elsewhere"))));
              return letters.size() >= atLeast;
            });
    return letters;
  }

  private static List<JsonNode> nonEmpty(JsonNode heads) {
    return StreamSupport.stream(heads.path("heads").spliterator(), false)
        .filter(head -> head.path("topic").asText().endsWith("events"))
        .filter(head -> head.path("records").asLong() > 0)
        .toList();
  }

  // ---- the copy --------------------------------------------------------------------------------

  private ServerConfig config(String target) {
    ServerConfig config = TestServer.config(newData);
    return config
        .withKafka(new KafkaConfig.Cluster(target, Map.of()))
        .withTopics(
            new TopicsConfig(
                "flowledger.", "_schemas", PARTITIONS, (short) 1, config.topics().maxEventBytes()));
  }

  private ChildProcess copy(String target, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "copy",
                "--from",
                data.toString(),
                "--to",
                target,
                "--partitions",
                Integer.toString(PARTITIONS),
                "--replication",
                "1"));
    arguments.addAll(List.of(more));
    return ChildProcess.java(Main.class, arguments.toArray(String[]::new));
  }

  /** A record at a time, so that there is a midst. */
  private void killInItsMidst(String target) {
    try (ChildProcess copy =
            copy(target, "--to-property", "batch.size=1", "--to-property", "linger.ms=0");
        Admin admin = Admin.create(Map.of("bootstrap.servers", target))) {
      await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> events(admin) > 20);
      copy.kill();
      assertThat(events(admin)).isLessThan(FLOWS * TASKS * 3);
    }
  }

  private static long events(Admin admin) {
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(partition -> new TopicPartition("flowledger.events", partition))
            .toList();
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    partitions.forEach(partition -> ends.put(partition, OffsetSpec.latest()));
    try {
      if (!admin.listTopics().names().get().contains("flowledger.events")) {
        return 0;
      }
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(end -> end.offset())
          .sum();
    } catch (ExecutionException notYet) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
