package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What names the cluster, the broker or its folder is of another installation, or made anew: then
 * Kafka takes its partitions for being elsewhere, and waits for them.
 */
class OtherMetadataIT {

  private static final Path METADATA = Path.of("kafka", "__cluster_metadata-0");
  private static final Path NODE = Path.of("kafka", "meta.properties");

  private Path data = Path.of("");
  private Path other = Path.of("");
  private String runs = "";

  @BeforeEach
  void write() {
    data = TestServer.temporaryFolder();
    other = TestServer.temporaryFolder();
    runs = written(data);
    written(other);
  }

  @AfterEach
  void clean() {
    TestServer.delete(data);
    TestServer.delete(other);
  }

  private static String written(Path folder) {
    try (TestServer server = TestServer.start(TestServer.config(folder))) {
      Api api = Api.of(server);
      api.post("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      return api.get("/flows/F/runs").body();
    }
  }

  private ServerConfig acceptingLoss() {
    return TestServer.config(data)
        .withKafka(
            new KafkaConfig.Embedded(0, KafkaConfig.Durability.PROCESS, Map.of())
                .withMinFreeDisk(0)
                .acceptingLoss());
  }

  private void removeNotes() throws IOException {
    Files.delete(data.resolve("acknowledged"));
    Files.deleteIfExists(data.resolve("acknowledged.before"));
  }

  @Test
  void theMetadataOfAnotherClusterIsRefusedAndCanBeGoneOnWith() throws IOException {
    TestServer.delete(data.resolve(METADATA));
    copy(other.resolve(METADATA), data.resolve(METADATA));
    assertThatThrownBy(() -> TestServer.start(TestServer.config(data)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("--accept-loss");
    try (TestServer server = TestServer.start(acceptingLoss())) {
      assertThat(Api.of(server).post("/flows/New", "{}").status()).isEqualTo(200);
    }
  }

  @Test
  void aNodeFileOfAnotherIsMadeToNameTheFolder() throws IOException {
    removeNotes();
    Files.copy(other.resolve(NODE), data.resolve(NODE), StandardCopyOption.REPLACE_EXISTING);
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      assertThat(Api.of(server).get("/flows/F/runs").body()).isEqualTo(runs);
    }
  }

  @Test
  void aNodeFileThatIsMissingIsMadeAgain() throws IOException {
    removeNotes();
    Files.delete(data.resolve(NODE));
    try (TestServer server = TestServer.start(acceptingLoss())) {
      assertThat(Api.of(server).get("/flows/F/runs").body()).isEqualTo(runs);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
