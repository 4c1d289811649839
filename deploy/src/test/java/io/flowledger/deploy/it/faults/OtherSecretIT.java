package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.config.ClusterConfig;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.TopicsConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import io.flowledger.deploy.server.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that the others do not take for one of them. */
class OtherSecretIT {

  private final Path kafka = TestServer.temporaryFolder();
  private final Path first = TestServer.temporaryFolder();
  private final Path second = TestServer.temporaryFolder();
  private final ChildProcess broker = ChildProcess.java(BrokerProcess.class, kafka.toString());

  @AfterEach
  void stop() {
    broker.kill();
    TestServer.delete(kafka);
    TestServer.delete(first);
    TestServer.delete(second);
  }

  @Test
  void itDoesNotStartAndTheOthersGoOn() throws IOException {
    String bootstrap = broker.await(Pattern.compile("broker at (\\S+)"));
    int port = Ports.free();
    try (TestServer node =
        TestServer.start(config(first, bootstrap, port, "the-secret-of-all-nodes"))) {
      Api api = Api.of(node);
      api.created("/flows/F", "{}");

      assertThatThrownBy(
              () ->
                  TestServer.start(
                      config(second, bootstrap, Ports.free(), "what-somebody-thinks-it-is")))
          .isInstanceOf(StartException.class)
          .hasMessage(
              "node 127.0.0.1:%d of the group cannot be spoken with: it has another secret, see"
                      .formatted(port)
                  + " --cluster-secret-file; this node does not join");
      assertThatThrownBy(() -> TestServer.start(config(second, bootstrap, Ports.free(), "")))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("another secret");

      api.created("/flows/G", "{}");
      assertThat(api.get("/flows/F").status()).isEqualTo(200);
    }
  }

  @Test
  void oneWithASecretDoesNotJoinThoseWithoutOne() throws IOException {
    String bootstrap = broker.await(Pattern.compile("broker at (\\S+)"));
    try (TestServer node = TestServer.start(config(first, bootstrap, Ports.free(), ""))) {
      Api api = Api.of(node);
      assertThatThrownBy(
              () ->
                  TestServer.start(
                      config(second, bootstrap, Ports.free(), "what-somebody-thinks-it-is")))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("another secret");
      api.created("/flows/G", "{}");
    }
  }

  private static ServerConfig config(Path data, String bootstrap, int port, String secret)
      throws IOException {
    Path file = data.resolve("secret");
    Files.writeString(file, secret);
    ServerConfig config = TestServer.config(data);
    return config
        .withKafka(new KafkaConfig.Cluster(bootstrap, Duration.ofSeconds(20), Map.of()))
        .withCluster(
            new ClusterConfig(
                port,
                Optional.of("127.0.0.1:" + port),
                secret.isEmpty() ? Optional.empty() : Optional.of(file),
                1,
                "",
                Optional.empty()))
        .withTopics(
            new TopicsConfig("secret.", "_schemas", 3, (short) 1, config.topics().maxEventBytes()));
  }
}
