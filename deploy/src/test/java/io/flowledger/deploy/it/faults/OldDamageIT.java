package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A record that is damaged long after it was acknowledged and applied, farther from the end of the
 * log than a start reads: whoever needs it is told which file it is, nobody is told less, and no
 * loss is accepted that was not named.
 */
class OldDamageIT {

  private static final int LARGE = 16; // records; a start reads the last 2 to 4 MiB
  private static final String VALUE = "v".repeat(900_000);
  private static final String TASK = "/flows/F/runs/1/steps/s/tasks/1";
  private static final String DAMAGED =
      "flowledger\\.events-\\d is damaged in its file 0{20}\\.log at byte \\d+";

  private final Path data = TestServer.temporaryFolder();
  private String runs = "";
  private Path log = Path.of("");

  @BeforeEach
  void writeAndDamage() throws IOException {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      api.created("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      api.created("/flows/F/runs/1/steps/s/step", "{}");
      api.created("/flows/F/runs/1/steps/s/task", "{}");
      for (int i = 0; i < LARGE; i++) {
        api.created(TASK + "/metadata", "[{\"value\": \"" + VALUE + "\"}]");
      }
      api.created("/flows/F/run", "{}");
      runs = api.get("/flows/F/runs").body();
    }
    log = largestLog();
    flipBit(log, Files.size(log) / 4);
  }

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private Path largestLog() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("kafka"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max((one, other) -> Long.compare(one.toFile().length(), other.toFile().length()))
          .orElseThrow();
    }
  }

  private static void flipBit(Path file, long at) throws IOException {
    try (FileChannel bytes =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      bytes.read(one, at);
      bytes.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
    }
  }

  private ServerConfig acceptingLoss() {
    return TestServer.config(data)
        .withKafka(
            new KafkaConfig.Embedded(0, KafkaConfig.Durability.PROCESS, Map.of())
                .withMinFreeDisk(0)
                .acceptingLoss());
  }

  @Test
  void viewsAreReadOnAndTheRecordIsNamedToWhoAsksForIt() {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      assertThat(api.get("/flows/F/runs").body()).isEqualTo(runs);
      Api.Answer answer = api.get(TASK + "/metadata?as_of=2100-01-01");
      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
      assertThat(answer.body())
          .matches(
              "\\{\"message\": \"flowledger\\.events-\\d cannot be read: Record batch for partition"
                  + " flowledger\\.events-\\d at offset \\d+ is invalid, cause: .+\"}");
      api.created("/flows/F/run", "{}");
    }
  }

  @Test
  void viewsThatNeedItAreNotMadeAndTheFileIsNamed() throws IOException {
    TestServer.delete(data.resolve("views"));
    long bytes = Files.size(log);
    assertThatThrownBy(() -> TestServer.start(TestServer.config(data)))
        .isInstanceOf(StartException.class)
        .hasMessageMatching(
            ".* lacks what it has acknowledged: "
                + DAMAGED
                + "\\. Nothing was changed\\. Put back a good copy, .* by --accept-loss");
    assertThat(log).hasSize(bytes);
  }

  @Test
  void aLossThatIsAcceptedIsNamedAndTheViewsThatKnowMoreAreKept() throws IOException {
    List<String> told = new ArrayList<>();
    long bytes = Files.size(log);
    try (TestServer server = TestServer.start(acceptingLoss(), told::add)) {
      Api api = Api.of(server);
      assertThat(runs).contains("\"run_number\": 2,");
      assertThat(api.get("/flows/F/runs").body()).doesNotContain("\"run_number\": 2,");
      String next = Api.field(api.created("/flows/F/run", "{}"), "run_number");
      assertThat(Integer.parseInt(next)).isGreaterThan(2);
    }
    assertThat(told).anyMatch(line -> line.matches("going on although " + DAMAGED));
    assertThat(data.resolve("views-before-loss-1")).isDirectory();
    Path cutOff = data.resolve("damaged/kafka").resolve(data.resolve("kafka").relativize(log));
    try (Stream<Path> kept = Files.list(cutOff.getParent())) {
      assertThat(kept.filter(file -> file.toString().contains(".log.from-")))
          .singleElement()
          .satisfies(file -> assertThat(Files.size(file)).isGreaterThan(bytes / 2));
    }
  }
}
