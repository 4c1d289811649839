package io.flowledger.deploy.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A broker that is away for longer than Kafka Streams waits for it ends nothing: everything goes on
 * when it is back.
 */
final class BrokerAwayIT {

  private static final Path JAR = Path.of("target", "flowledger.jar");
  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Pattern BROKER = Pattern.compile("broker at (\\S+)");
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Path data = TestServer.temporaryFolder();
  private final Path kafka = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
    TestServer.delete(kafka);
  }

  @Test
  void theViewsAreOpenedAgainWhenItIsBack() {
    try (ChildProcess broker = ChildProcess.java(BrokerProcess.class, kafka.toString());
        ChildProcess server =
            ChildProcess.jar(
                JAR,
                "serve",
                "--port=0",
                "--data=" + data,
                "--kafka=" + broker.await(BROKER),
                "--replication=1",
                "--partitions=2",
                "--kafka-property=main.consumer.request.timeout.ms=1500",
                "--kafka-property=main.consumer.default.api.timeout.ms=2000",
                "--kafka-property=task.timeout.ms=0")) {
      Api api = new Api(server.await(URL));
      api.created("/flows/F", "{}");
      // What has been applied in the last half second is not committed yet.
      Thread writes = new Thread(() -> write(api), "writes");
      writes.setDaemon(true);
      writes.start();
      await().until(() -> !api.get("/flows/F/runs").body().equals("[]"));
      broker.pause();
      await().atMost(PATIENCE).until(() -> printed(server, "the views do not advance"));
      assertThat(api.get("/healthcheck").body()).contains("views do not advance, since ");
      broker.goOn();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(server.isAlive()).isTrue();
                assertThat(api.get("/healthcheck").body()).isEqualTo("{\"status\": \"UP\"}");
              });
      assertThat(printed(server, "the views advance again")).isTrue();
      assertThat(api.post("/flows/F/run", "{}").status()).isEqualTo(200);
      assertThat(api.get("/flows/F/runs").status()).isEqualTo(200);
    }
  }

  /** Until that does not succeed. */
  private static void write(Api api) {
    try {
      while (api.post("/flows/F/run", "{}").status() == 200) {
        // one more
      }
    } catch (UncheckedIOException ended) {
      // the test is over
    }
  }

  private static boolean printed(ChildProcess server, String text) {
    assertThat(server.isAlive()).isTrue();
    return server.printed().stream().anyMatch(line -> line.contains(text));
  }
}
