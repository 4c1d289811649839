package io.flowledger.deploy.cli.migrate.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.cli.fixture.FakeServer;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.Losses;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpHistoryTest {

  private final FakeServer server = new FakeServer();
  private final HttpHistory history =
      HttpHistory.open(server.url(), Map.of(), pause -> {}, new Losses());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void flows() {
    server.answer("/flows", "[{\"flow_id\": \"B\", \"ts_epoch\": 2}, {\"flow_id\": \"A\"}]");
    assertThat(history.flows()).extracting(Flow::flowId).containsExactly("A", "B");
  }

  /** It may be something between here and the service that answers. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "{\"flows\": []}", "[{\"flow_id\": \"A\"}"})
  void whatIsNoListIsNotTakenForAnEmptyOne(String answer) {
    server.answer("/flows", answer);
    assertThatThrownBy(history::flows)
        .hasMessageStartingWith("cannot read the service at " + server.url());
  }
}
