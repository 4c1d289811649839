package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The API with the embedded broker. */
class EmbeddedApiTest extends ApiContract {

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  TestServer server() {
    return server;
  }

  @Test
  void whatIsMeasuredIsNotForgotten() {
    System.gc();
    assertThat(Api.of(server).get("/metrics").body())
        .contains("flowledger_scans 0.0", "flowledger_tails 0.0", "flowledger_writes_pending 0.0")
        .doesNotContain("NaN");
  }
}
