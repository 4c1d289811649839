package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A process that is stopped for longer than all sessions last is well again by itself. */
final class StallIT {

  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");

  /** Longer than the session of the broker (9 s) and that of the group (6 s). */
  private static final Duration STALL = Duration.ofSeconds(12);

  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private final Path data = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  @Test
  void aStallFencesNothingForGoodAndEndsNothing() {
    try (ChildProcess server =
        ChildProcess.jar(
            JAR, "serve", "--port", "0", "--min-free-disk", "0", "--data", data.toString())) {
      Api api = new Api(server.await(URL));
      api.created("/flows/F", "{}");
      server.stall(STALL);
      await()
          .atMost(RECOVERY)
          .untilAsserted(
              () -> {
                assertThat(server.isAlive()).isTrue();
                assertThat(api.post("/flows/F/run", "{}").status()).isEqualTo(200);
                assertThat(api.get("/flows/F/runs").status()).isEqualTo(200);
                assertThat(api.get("/healthcheck").body()).isEqualTo("{\"status\": \"UP\"}");
              });
    }
  }
}
