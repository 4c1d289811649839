package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.TopicsConfig;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Flowledger;
import io.flowledger.deploy.server.StartException;
import io.flowledger.http.HttpConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes of one name: one was started on a copy of the folder of the other. */
class CopiedFolderIT {

  private final Path kafka = TestServer.temporaryFolder();
  private final Path original = TestServer.temporaryFolder();
  private final Path copy = TestServer.temporaryFolder();
  private final HttpClient client = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private ChildProcess broker;

  @BeforeEach
  void start() {
    broker = ChildProcess.java(BrokerProcess.class, kafka.toString());
  }

  @AfterEach
  void stop() {
    broker.kill();
    TestServer.delete(kafka);
    TestServer.delete(original);
    TestServer.delete(copy);
  }

  @Test
  void theOneOnTheCopyDoesNotStartAndTheOtherGoesOn() throws Exception {
    String bootstrap = broker.await(Pattern.compile("broker at (\\S+)"));
    Flowledger first = Flowledger.start(config(original, bootstrap), line -> {});
    try {
      assertThat(send("POST", first, "/flows/F", "{\"user_name\": \"u\"}").statusCode())
          .isEqualTo(200);
      Files.createDirectories(copy);
      Files.copy(original.resolve("instance-id"), copy.resolve("instance-id"));
      assertThatThrownBy(() -> Flowledger.start(config(copy, bootstrap), line -> {}))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("is the data folder a copy");

      assertThat(send("POST", first, "/flows/G", "{\"user_name\": \"u\"}").statusCode())
          .isEqualTo(200);
      assertThat(first.failed().isDone()).isFalse();
    } finally {
      first.close();
    }
  }

  private HttpResponse<String> send(String method, Flowledger node, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static ServerConfig config(Path data, String bootstrap) {
    ServerConfig config = TestServer.config(data);
    return config
        .withHttp(
            new HttpConfig(
                "127.0.0.1", 0, 16 << 20, 96 << 20, Duration.ofSeconds(5), Duration.ofSeconds(30)))
        .withKafka(new KafkaConfig.Cluster(bootstrap, Map.of()))
        .withTopics(
            new TopicsConfig("copied.", "_schemas", 3, (short) 1, config.topics().maxEventBytes()));
  }
}
