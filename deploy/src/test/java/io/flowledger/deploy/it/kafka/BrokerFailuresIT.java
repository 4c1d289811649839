package io.flowledger.deploy.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.TopicsConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.Broker;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server on three brokers, each a process of its own, of which some die and come back. */
class BrokerFailuresIT {

  private static final int BROKERS = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<String> TOPICS =
      List.of(
          "flowledger.events",
          "flowledger.heartbeats",
          "flowledger.ids",
          "flowledger.dead-letters",
          "_schemas");

  private final Path data = TestServer.temporaryFolder();
  private final List<String> ports = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();
  private final Map<Integer, ChildProcess> brokers = new HashMap<>();

  @BeforeEach
  void start() {
    Set<Integer> free = new TreeSet<>();
    while (free.size() < 2 * BROKERS) {
      free.add(Ports.free());
    }
    free.forEach(port -> ports.add(Integer.toString(port)));
    for (int node = 1; node <= BROKERS; node++) {
      folders.add(TestServer.temporaryFolder());
      startBroker(node);
    }
    brokers.values().forEach(BrokerFailuresIT::awaitUp);
  }

  @AfterEach
  void stop() {
    brokers.values().forEach(ChildProcess::kill);
    folders.forEach(TestServer::delete);
    TestServer.delete(data);
  }

  private void startBroker(int node) {
    List<String> arguments = new ArrayList<>();
    arguments.add(folders.get(node - 1).toString());
    arguments.add(Integer.toString(node));
    arguments.addAll(ports);
    brokers.put(node, ChildProcess.java(Broker.class, arguments.toArray(String[]::new)));
  }

  private void kill(int node) {
    Objects.requireNonNull(brokers.get(node)).kill();
  }

  private static void awaitUp(ChildProcess broker) {
    broker.await(Pattern.compile("broker (\\d) is up"));
  }

  private String bootstrapServers() {
    return "127.0.0.1:"
        + ports.get(0)
        + ",127.0.0.1:"
        + ports.get(2)
        + ",127.0.0.1:"
        + ports.get(4);
  }

  private ServerConfig config() {
    ServerConfig config = TestServer.config(data);
    return config
        .withHttp(ServerConfig.embedded(data).http().withPort(0)) // writes may wait for long
        .withKafka(new KafkaConfig.Cluster(bootstrapServers(), Map.of()))
        .withTopics(
            new TopicsConfig(
                "flowledger.", "_schemas", 3, (short) BROKERS, config.topics().maxEventBytes()));
  }

  @Test
  void writesGoOnWithoutOneBrokerAndComeBackByThemselvesAfterTwo() throws Exception {
    try (TestServer server = TestServer.start(config());
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      Api api = Api.of(server);
      api.created("/flows/F", "{}");
      assertThatTopicsSurvive(admin);
      int leader = leader(admin);

      kill(leader);
      awaitWrite(api);

      int second = leader(admin);
      kill(second);
      await().atMost(LIMIT).until(() -> run(api).status(), status -> status == 503);
      // Nobody can say then who answers for a flow: what is not certain is answered to who asks so.
      Api.Answer seen = api.send("GET", "/flows/F", "", "Flowledger-Consistency", "eventual");
      assertThat(seen.status()).isEqualTo(200);

      startBroker(second);
      awaitWrite(api);
      await()
          .atMost(LIMIT)
          .until(() -> api.get("/healthcheck").body(), "{\"status\": \"UP\"}"::equals);
    }
  }

  private static Api.Answer run(Api api) {
    return api.post("/flows/F/run", "{}");
  }

  private static void awaitWrite(Api api) {
    await().atMost(LIMIT).until(() -> run(api).status(), status -> status == 200);
  }

  private static int leader(Admin admin) throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of("flowledger.ids"))
        .allTopicNames()
        .get()
        .values()
        .iterator()
        .next()
        .partitions()
        .get(0)
        .leader()
        .id();
  }

  private static void assertThatTopicsSurvive(Admin admin)
      throws ExecutionException, InterruptedException {
    for (TopicDescription topic : admin.describeTopics(TOPICS).allTopicNames().get().values()) {
      assertThat(topic.partitions()).allMatch(partition -> partition.replicas().size() == BROKERS);
    }
    List<ConfigResource> resources =
        TOPICS.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    admin
        .describeConfigs(resources)
        .all()
        .get()
        .values()
        .forEach(
            config -> {
              assertThat(config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value())
                  .isEqualTo("2");
              assertThat(config.get(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG).value())
                  .isEqualTo("false");
            });
  }
}
