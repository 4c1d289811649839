package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.TopicProvisioner.TopicMismatchException;
import io.flowledger.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Topics are made as the log needs them, or the start is refused with what is wrong. */
class TopicProvisionerTest {

  private static final Path FOLDER = TestServer.temporaryFolder();
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedKafka kafka;

  @SuppressWarnings("NullAway.Init")
  private static Admin admin;

  private final String prefix = "p" + PREFIXES.incrementAndGet() + ".";

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(FOLDER, 0);
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    kafka.close();
    TestServer.delete(FOLDER);
  }

  private Topics topics(int partitions, Topics.Flush flush, int maxMessageBytes) {
    return new Topics(prefix, prefix + "schemas", partitions, (short) 1, flush, maxMessageBytes);
  }

  private Topics topics() {
    return topics(3, Topics.Flush.EVERY_MESSAGE, 100_000);
  }

  private static void provision(Topics topics) {
    new TopicProvisioner(admin).provision(topics);
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  /** The topic as it is, with those settings that are specified. */
  private static Topics.Spec found(Topics.Spec spec)
      throws ExecutionException, InterruptedException {
    var partitions =
        only(admin.describeTopics(List.of(spec.name())).allTopicNames().get()).partitions();
    Config config = only(admin.describeConfigs(List.of(resource(spec.name()))).all().get());
    return new Topics.Spec(
        spec.name(),
        partitions.size(),
        (short) partitions.get(0).replicas().size(),
        spec.configs().keySet().stream()
            .collect(Collectors.toMap(key -> key, key -> config.get(key).value())));
  }

  private static <T> T only(Map<?, T> answers) {
    return answers.values().iterator().next();
  }

  /** Returns when the broker shows what the controller has set, which it does a little later. */
  private static void set(String topic, String key, String value)
      throws ExecutionException, InterruptedException {
    var change = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource(topic), List.of(change))).all().get();
    Topics.Spec changed = new Topics.Spec(topic, 1, (short) 1, Map.of(key, value));
    await().until(() -> found(changed).configs().equals(changed.configs()));
  }

  @Test
  void topicsThatAreMissingAreMade() throws Exception {
    Topics topics = topics();

    provision(topics);

    for (Topics.Spec spec : topics.all()) {
      assertThat(found(spec)).isEqualTo(spec);
    }
  }

  @Test
  void topicsThatAreThereAreLeftAlone() {
    provision(topics());
    provision(topics());
  }

  @Test
  void anotherDurabilityIsTakenOver() throws Exception {
    provision(topics());
    Topics relaxed = topics(3, Topics.Flush.OPERATING_SYSTEM, 100_000);

    provision(relaxed);

    for (Topics.Spec spec : relaxed.all()) {
      await().untilAsserted(() -> assertThat(found(spec)).isEqualTo(spec));
    }
  }

  @Test
  void anotherNumberOfPartitionsIsRefused() throws Exception {
    provision(topics());
    admin.createPartitions(Map.of(prefix + "ids", NewPartitions.increaseTo(2))).all().get();
    Topics.Spec ids = new Topics.Spec(prefix + "ids", 2, (short) 1, Map.of());
    await().until(() -> found(ids).equals(ids));

    assertThatThrownBy(() -> provision(topics(6, Topics.Flush.EVERY_MESSAGE, 100_000)))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessage(
            String.join(
                "; ",
                "topic " + prefix + "events has 3 partitions, configured are 6",
                "topic " + prefix + "heartbeats has 3 partitions, configured are 6",
                "topic " + prefix + "ids has 2 partitions, configured are 1"));
  }

  @Test
  void settingsThatWouldLoseHistoryAreRefused() throws Exception {
    provision(topics());
    set(prefix + "events", "retention.ms", "1000");
    set(prefix + "ids", "cleanup.policy", "compact");

    assertThatThrownBy(() -> provision(topics()))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessage(
            String.join(
                "; ",
                "topic " + prefix + "events has retention.ms=1000, needed is -1",
                "topic " + prefix + "ids has cleanup.policy=compact, needed is delete"));
  }

  @Test
  void topicsMayTakeLargerEventsThanAreWrittenButNotSmallerOnesOnly() {
    provision(topics(3, Topics.Flush.EVERY_MESSAGE, 100_000));
    provision(topics(3, Topics.Flush.EVERY_MESSAGE, 99_999));

    assertThatThrownBy(() -> provision(topics(3, Topics.Flush.EVERY_MESSAGE, 100_001)))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageStartingWith(
            "topic " + prefix + "events has max.message.bytes=100000, needed is 100001; topic ");
  }

  @Test
  void whatTheBrokerRefusesIsSaid() {
    Topics copies =
        new Topics(prefix, prefix + "schemas", 3, (short) 2, Topics.Flush.UNMANAGED, 100_000);

    assertThatThrownBy(() -> provision(copies))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageStartingWith(
            "cannot set up topics: Unable to replicate the partition 2 time(s)");
  }
}
