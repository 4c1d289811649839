package io.flowledger.deploy.server;

import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.ViewsConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.query.QueryConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent, every answer is one of a well-made server, in time, and none is missing: no
 * status of 500 and more but 503 with {@code Retry-After}.
 */
class HttpFuzzTest {

  /** The deadline of reads and what waits for a view, twice, on a machine that is busy. */
  private static final Duration LATEST = Duration.ofSeconds(20);

  private static ServerConfig config(Path data) {
    return TestServer.config(data)
        .withViews(new ViewsConfig(Duration.ofSeconds(1), 32 << 20))
        .withQuery(QueryConfig.defaults().withRequestDeadline(Duration.ofSeconds(5)));
  }

  @Test
  void everyAnswerIsThatOfAWellMadeServer() {
    Path data = TestServer.temporaryFolder();
    try (TestServer server = TestServer.start(config(data))) {
      FuzzedServer.populate(Api.of(server));
      Fuzz fuzz = new Fuzz(server.port(), MountedRoutes.all(), LATEST);
      fuzz.run();
      FuzzedServer.isWell(Api.of(server));
    } finally {
      TestServer.delete(data);
    }
  }
}
