package io.flowledger.deploy.acknowledged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Segment;
import io.flowledger.deploy.acknowledged.Acknowledged.Topic;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A folder keeps what it has acknowledged, or says what it lacks. */
class AcknowledgedTest {

  private final Path data = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  static Acknowledged upTo(long end) {
    Extent extent = new Extent(end, 0, List.of(new Segment(0, 90), new Segment(7, 10 * end)));
    Topic topic = new Topic(new Uuid(1, 2), true, new TreeMap<>(Map.of(0, extent, 3, extent)));
    return new Acknowledged(
        new TreeMap<>(Map.of("cluster.id", "c")), new TreeMap<>(Map.of("t.events", topic)));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    AcknowledgedFile file = new AcknowledgedFile(data);
    assertThat(file.read()).isEmpty();
    file.write(upTo(8));
    assertThat(file.read()).contains(upTo(8));
    file.write(upTo(9));
    assertThat(file.read()).contains(upTo(9));
  }

  @Test
  void whateverIsWrongWithItTheOneBeforeIsRead() throws IOException {
    AcknowledgedFile file = new AcknowledgedFile(data);
    file.write(upTo(8));
    file.write(upTo(9));
    Path current = data.resolve("acknowledged");
    byte[] right = Files.readAllBytes(current);
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      byte[] wrong = right.clone();
      wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(current, wrong);
      assertThat(file.read()).contains(upTo(8));
      Files.write(current, Arrays.copyOf(right, random.nextInt(right.length)));
      assertThat(file.read()).contains(upTo(8));
    }
    Files.delete(current); // the writing was cut off between two renames
    assertThat(file.read()).contains(upTo(8));
  }

  @Test
  void aCutSegmentIsRefusedAndProvesNothingUntilTheLossIsAccepted() throws IOException {
    ServerConfig config = TestServer.config(data);
    int partition;
    try (TestServer server = TestServer.start(config)) {
      Api api = Api.of(server);
      api.created("/flows/Kept", "{}");
      for (int i = 0; i < 5; i++) {
        api.created("/flows/Kept/run", "{}");
      }
      partition = partition(api);
    }
    Path segment =
        data.resolve("kafka/flowledger.events-" + partition + "/00000000000000000000.log");
    long bytes = Files.size(segment);
    try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      file.truncate(bytes - 100);
    }
    String lack =
        "flowledger.events-%d has %d bytes in its file 00000000000000000000.log, acknowledged are %d"
            .formatted(partition, bytes - 100, bytes);

    assertThatThrownBy(() -> TestServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessage(
            data
                + " lacks what it has acknowledged: "
                + lack
                + ". Nothing was changed. Put back a good copy, for example from a backup; or go on"
                + " with what is left by --accept-loss");
    assertThat(segment).hasSize(bytes - 100);

    assertThat(failure("audit", "verify", "--data", data.toString()))
        .isEqualTo(
            "flowledger: nothing can be proven of %s, which lacks what it has acknowledged: %s\n"
                .formatted(data, lack));
    assertThat(failure("copy", "--from", data.toString(), "--to", "127.0.0.1:1"))
        .isEqualTo(
            "flowledger: %s lacks what it has acknowledged: %s. To copy what is left, start a server on it with --accept-loss first\n"
                .formatted(data, lack));

    KafkaConfig.Embedded kafka = (KafkaConfig.Embedded) config.kafka();
    try (TestServer server = TestServer.start(config.withKafka(kafka.acceptingLoss()))) {
      Api.of(server).created("/flows/Next", "{}");
    }
    assertThat(data.resolve("views-before-loss-1")).isDirectory();
    try (TestServer server = TestServer.start(config)) {
      assertThat(Api.of(server).get("/flows/Next").status()).isEqualTo(200);
    }
  }

  /** What the command line says. */
  private static String failure(String... arguments) {
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            arguments, Map.of(), new PrintWriter(new StringWriter()), new PrintWriter(err, true));
    assertThat(status).isEqualTo(1);
    return err.toString();
  }

  /** As one of a version before the file. */
  @Test
  void aFolderWithoutTheFileIsHeldAgainstItsViews() throws IOException {
    ServerConfig config = TestServer.config(data);
    int partition;
    try (TestServer server = TestServer.start(config)) {
      Api api = Api.of(server);
      api.created("/flows/Kept", "{}");
      partition = partition(api);
    }
    forget();
    List<String> told = new ArrayList<>();
    try (TestServer server = TestServer.start(config, told::add)) {
      assertThat(Api.of(server).post("/flows/Kept/run", "{}").body()).contains("\"run_number\": 9");
    }
    assertThat(told).contains("reading the log once, since nothing says how far it goes");
    assertThat(data.resolve("acknowledged")).exists();

    forget();
    Path segment =
        data.resolve("kafka/flowledger.events-" + partition + "/00000000000000000000.log");
    try (LogFile log = LogFile.open(segment);
        FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      long last = 0;
      for (FileChannelRecordBatch batch : log.batchesFrom(0)) {
        last = batch.position();
      }
      file.truncate(last);
    }
    assertThatThrownBy(() -> TestServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(
            "flowledger.events-%d can be read up to offset 1, Kafka has noted 2"
                .formatted(partition));
    Files.delete(data.resolve("kafka").resolve(RecoveryPoints.FILE));
    Files.delete(data.resolve("kafka").resolve(NotedEnds.WRITTEN));
    assertThatThrownBy(() -> TestServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(
            "flowledger.events-%d can be read up to offset 1, its view has seen 2"
                .formatted(partition));
  }

  /** What Kafka would replace or delete when it starts is still there when a start is refused. */
  @Test
  void whatKafkaWouldDestroyAtItsStartIsRefusedBefore() throws IOException {
    ServerConfig config = TestServer.config(data);
    int partition;
    try (TestServer server = TestServer.start(config)) {
      Api api = Api.of(server);
      api.created("/flows/Kept", "{}");
      partition = partition(api);
    }
    String name = "flowledger.events-" + partition;
    Path kafka = data.resolve("kafka");
    Path swap = Files.createFile(kafka.resolve(name).resolve("00000000000000000000.log.swap"));
    Path starts = kafka.resolve("log-start-offset-checkpoint");
    String start = "0\n1\nflowledger.events %d 1\n".formatted(partition);
    Files.writeString(starts, start);

    assertThatThrownBy(() -> TestServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(
            name + " has a file 00000000000000000000.log.swap, by which Kafka would replace others")
        .hasMessageContaining(
            "log-start-offset-checkpoint lets %s begin at offset 1, and Kafka would delete what is before"
                .formatted(name))
        .hasMessageContaining("Nothing was changed");
    assertThat(swap).isEmptyFile();
    assertThat(starts).hasContent(start);

    KafkaConfig.Embedded embedded = (KafkaConfig.Embedded) config.kafka();
    try (TestServer server = TestServer.start(config.withKafka(embedded.acceptingLoss()))) {
      assertThat(Api.of(server).get("/flows/Kept").status()).isEqualTo(200); // nothing was lost
    }
  }

  @Test
  void whatIsNotOfTheLogIsSetAside() throws IOException {
    ServerConfig config = TestServer.config(data);
    int partition;
    try (TestServer server = TestServer.start(config)) {
      Api api = Api.of(server);
      api.created("/flows/Kept", "{}");
      partition = partition(api);
    }
    Path kafka = data.resolve("kafka");
    String name = "flowledger.events-" + partition;
    Path log = kafka.resolve(name).resolve("00000000000000000000.log");
    long bytes = Files.size(log);
    byte[] junk = {1, 2, 3};
    Files.write(log, junk, StandardOpenOption.APPEND);
    Files.write(kafka.resolve(name).resolve("00000000000000000099.log"), junk);
    Files.write(kafka.resolve(name).resolve("copy.log"), junk);
    Files.createDirectories(kafka.resolve("old/inner"));
    List<String> told = new ArrayList<>();
    try (TestServer server = TestServer.start(config, told::add)) {
      assertThat(Api.of(server).get("/flows/Kept").status()).isEqualTo(200);
    }
    Path damaged = data.resolve("damaged");
    assertThat(told)
        .contains(
            "not of the log, and set aside in %s: old, %s/copy.log, %s/00000000000000000099.log, what is behind byte %d of %s/00000000000000000000.log"
                .formatted(damaged, name, name, bytes, name));
    assertThat(damaged.resolve("kafka/" + name + "/00000000000000000000.log.from-" + bytes))
        .hasBinaryContent(junk);
    assertThat(damaged.resolve("kafka/old/inner")).isDirectory();
  }

  @Test
  void aPartitionThatOnlyKafkaKnowsOfIsMissed() throws IOException {
    ServerConfig config = TestServer.config(data);
    int partition;
    try (TestServer server = TestServer.start(config)) {
      Api api = Api.of(server);
      api.created("/flows/Kept", "{}");
      partition = partition(api);
    }
    forget();
    TestServer.delete(data.resolve("views"));
    TestServer.delete(data.resolve("kafka/flowledger.events-" + partition));
    assertThatThrownBy(() -> TestServer.start(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(
            "flowledger.events-%d is missing, of which __cluster_metadata-0 knows"
                .formatted(partition));
  }

  @Test
  void aFolderInThePlaceOfTheFileIsSetAside() throws IOException {
    AcknowledgedFile file = new AcknowledgedFile(data);
    file.write(upTo(8));
    file.write(upTo(9));
    Files.delete(data.resolve("acknowledged"));
    Files.createDirectories(data.resolve("acknowledged/inner"));
    assertThat(file.read()).contains(upTo(8));
    assertThat(file.setStrangersAside(data.resolve("damaged"))).containsExactly("acknowledged");
    file.write(upTo(10));
    assertThat(file.read()).contains(upTo(10));
  }

  private void forget() throws IOException {
    Files.deleteIfExists(data.resolve("acknowledged"));
    Files.deleteIfExists(data.resolve("acknowledged.before"));
  }

  private static int partition(Api api) {
    Api.Answer answer = api.post("/flows/Kept/run", "{}");
    return Integer.parseInt(answer.position().orElseThrow().split("@")[0]);
  }
}
