package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint is taken from a running server; put in the place of the views, it is gone on from.
 */
final class CheckpointIT {

  @TempDir private Path data;

  @Test
  void aStartGoesOnFromACheckpoint() throws IOException {
    String before;
    String after;
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      for (int i = 0; i < 20; i++) {
        flowWithRun(api, "Before" + i);
      }
      before = api.get("/flows").body();
      Api.Answer taken = api.operate("POST", "/flowledger/checkpoints", "{}");
      assertThat(taken.status()).isEqualTo(200);
      assertThat(taken.body()).startsWith("{\"checkpoint\": \"" + data.resolve("checkpoints"));
      for (int i = 0; i < 20; i++) {
        flowWithRun(api, "After" + i);
      }
      after = api.get("/flows").body();
      assertThat(after).isNotEqualTo(before);
    }
    TestServer.delete(data.resolve("views"));
    Files.move(checkpoints().get(0), data.resolve("views"));

    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      assertThat(api.get("/flows").body()).isEqualTo(after);
      assertThat(api.get("/flows/After7/runs").body()).contains("\"flow_id\": \"After7\"");
      flowWithRun(api, "Later");
    }
  }

  @Test
  void onlyTheNewestAreKept() throws IOException {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Files.createDirectories(data.resolve("checkpoints/20200101T000000.000Z.unfinished/x"));
      Api api = Api.of(server);
      for (int i = 0; i < 4; i++) {
        assertThat(api.operate("POST", "/flowledger/checkpoints", "{}").status()).isEqualTo(200);
      }
      assertThat(checkpoints()).hasSize(2);
    }
  }

  private static void flowWithRun(Api api, String flow) {
    api.created("/flows/" + flow, "{}");
    api.created("/flows/" + flow + "/run", "{}");
  }

  private List<Path> checkpoints() throws IOException {
    try (Stream<Path> entries = Files.list(data.resolve("checkpoints"))) {
      return entries.toList();
    }
  }
}
