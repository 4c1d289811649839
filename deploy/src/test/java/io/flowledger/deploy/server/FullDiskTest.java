package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server whose disk is nearly full refuses writes, and goes on with reads. */
class FullDiskTest {

  private final Path data = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private ServerConfig config(long minFreeDisk) {
    return TestServer.config(data)
        .withKafka(
            new KafkaConfig.Embedded(0, KafkaConfig.Durability.PROCESS, Map.of())
                .withMinFreeDisk(minFreeDisk));
  }

  @Test
  void writesAreRefusedWithTheReasonAndReadsGoOn() {
    String run;
    try (TestServer server = TestServer.start(config(0))) {
      Api api = Api.of(server);
      api.created("/flows/F", "{}");
      api.created("/flows/F/run", "{}");
      api.created("/flows/F/runs/1/steps/start/step", "{}");
      api.created("/flows/F/runs/1/steps/start/task", "{}");
      run = api.get("/flows/F/runs/1").body();
      assertThat(api.get("/healthcheck").body()).isEqualTo("{\"status\": \"UP\"}");
    }
    try (TestServer server = TestServer.start(config(Long.MAX_VALUE))) {
      Api api = Api.of(server);
      List<Api.Answer> refused =
          List.of(
              api.post("/flows/G", "{}"),
              api.post("/flows/F/run", "{}"),
              api.post("/flows/F/runs/1/steps/end/step", "{}"),
              api.post("/flows/F/runs/1/steps/start/task", "{}"),
              api.post("/flows/F/runs/1/steps/start/tasks/1/metadata", "[{}]"),
              api.post("/flows/F/runs/1/steps/start/tasks/1/artifact", "[{}]"),
              api.post("/flows/F/runs/1/heartbeat", ""),
              api.patch("/flows/F/runs/1/tag/mutate", "{\"tags_to_add\": [\"t\"]}"),
              api.operate("POST", "/flowledger/import", "{}"),
              api.post("/flowledger/numbers", "{\"sequence\": \"runs\"}"));
      assertThat(refused).extracting(Api.Answer::status).containsOnly(503);
      assertThat(refused.subList(0, refused.size() - 1))
          .allMatch(answer -> answer.body().contains("the disk is nearly full: "));
      assertThat(api.get("/flows/F/runs/1").body()).isEqualTo(run);
      assertThat(api.get("/flows").body()).doesNotContain("\"G\"");
      assertThat(api.get("/healthcheck").status()).isEqualTo(503);
      assertThat(api.get("/healthcheck").body())
          .startsWith(
              "{\"status\": \"DOWN\", \"reads\": \"UP\", \"writes\": \"DOWN\", \"message\": \"");
      assertThat(api.get("/metrics").body()).contains("\nflowledger_writable 0.0\n");
    }
    try (TestServer server = TestServer.start(config(0))) {
      Api api = Api.of(server);
      assertThat(api.post("/flows/G", "{}").status()).isEqualTo(200);
      assertThat(Api.field(api.post("/flows/F/run", "{}").body(), "run_number")).isNotEqualTo("1");
    }
  }
}
