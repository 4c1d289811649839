package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands whose requests a server takes from operators only. */
class OperatorCommandsTest {

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  private record Ended(int status, String out, String err) {}

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Ended run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Map<String, String> environment = Map.of("METAFLOW_SERVICE_URL", server.url(""));
    int status =
        Main.run(args, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  @Test
  void imports(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("lines"),
            "{\"type\": \"FlowRegistered\", \"event\": {\"event_id\": \"%032x\", \"flow_id\": \"F\","
                    .formatted(1)
                + " \"ts_epoch\": 1, \"origin\": null, \"written_by\": \"other/1\"}}\n");
    assertThat(run("import", file.toString()))
        .isEqualTo(new Ended(0, "1 events imported, 0 present before, 0 refused\n", ""));
  }

  @Test
  void redrives() {
    assertThat(run("dead-letters", "redrive", "--all"))
        .isEqualTo(new Ended(0, "0 redriven: 0 applied, 0 superseded, 0 rejected again\n", ""));
  }

  @Test
  void audits() {
    Ended ended = run("audit", "verify", "--server", server.url(""));
    assertThat(ended.status()).as(ended.err()).isZero();
  }
}
