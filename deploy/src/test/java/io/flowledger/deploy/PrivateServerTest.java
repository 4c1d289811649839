package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A data folder can be read while no server runs on it. */
class PrivateServerTest {

  private final Path data = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private record Ended(int status, String out, String err) {}

  private static Ended run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(args, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  @Test
  void whatAServerHasLeftIsRead() {
    String flow;
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      flow = Api.of(server).created("/flows/HelloFlow", "{\"user_name\": \"ada\"}");
      assertThat(run(Map.of(), "show", "HelloFlow", "--data", data.toString()))
          .isEqualTo(
              new Ended(
                  1,
                  "",
                  "flowledger: the data folder %s is in use by another server; stop it, or use"
                          .formatted(data)
                      + " --data\n"));
    }
    String progress = "flowledger: starting the embedded Kafka in %s/kafka\n".formatted(data);
    assertThat(run(Map.of(), "show", "HelloFlow", "--json", "--data", data.toString()))
        .isEqualTo(
            new Ended(
                0,
                flow + "\n",
                progress + "flowledger: opening the views in %s/views\n".formatted(data)));
    assertThat(
            run(
                Map.of("FLOWLEDGER_PARTITIONS", "5"),
                "show",
                "HelloFlow",
                "--data",
                data.toString()))
        .isEqualTo(
            new Ended(
                1,
                "",
                progress
                    + "flowledger: topic flowledger.events has 4 partitions, configured are 5;"
                    + " topic flowledger.heartbeats has 4 partitions, configured are 5; set what"
                    + " its server was given, for example FLOWLEDGER_PARTITIONS\n"));
  }

  @Test
  void aFolderThatIsNoneOfAServerIsLeftAlone() {
    assertThat(run(Map.of(), "status", "--data", data.toString()))
        .isEqualTo(
            new Ended(
                1,
                "",
                "flowledger: %s is not the data folder of a server with an embedded Kafka\n"
                    .formatted(data)));
    assertThat(data.toFile().list()).isEmpty();
  }

  @Test
  void aLogOnAClusterIsForItsServersToRead() {
    assertThat(data.resolve("kafka").toFile().mkdir()).isTrue();
    assertThat(run(Map.of("FLOWLEDGER_KAFKA", "h:1"), "status", "--data", data.toString()))
        .isEqualTo(
            new Ended(
                1,
                "",
                "flowledger: the log is on the Kafka cluster h:1; name one of its servers with"
                    + " --server URL\n"));
  }
}
