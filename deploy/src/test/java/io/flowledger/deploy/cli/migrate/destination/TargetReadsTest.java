package io.flowledger.deploy.cli.migrate.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.fixture.FakeServer;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TargetReadsTest {

  /** The import says why it takes nothing of that; asking for it must not end the migration. */
  @Test
  void whatNoUrlCanNameIsNotThere() {
    TaskPath path = new TaskPath("F", 1, "..", 2);
    try (FakeServer server = new FakeServer()) {
      TargetReads target =
          new TargetReads(new ServerClient(server.url(), Map.of(), Optional.empty(), pause -> {}));
      assertThat(target.step("F", 1, "..")).isEmpty();
      assertThat(target.task(path)).isEmpty();
      assertThat(target.metadata(path)).isEmpty();
      assertThat(target.artifacts(path, 0)).isEmpty();
      assertThat(server.paths()).isEmpty();
    }
  }
}
