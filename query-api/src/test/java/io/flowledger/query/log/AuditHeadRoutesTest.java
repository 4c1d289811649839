package io.flowledger.query.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditHeadRoutesTest {

  private static final String NONE =
      "\"offset\": -1, \"records\": 0, \"sha256\": \"" + "0".repeat(64) + "\"}";

  @Test
  void theHeadsOfAllPartitionsAreTold(@TempDir Path folder) {
    Vertx vertx = Vertx.vertx();
    try (LocalReadModel model =
            new LocalReadModel(folder, 2, MemoryRegistry.serde(LocalReadModel.topics(2)));
        QueryServer server =
            new QueryServer(
                vertx,
                new QueryRoutes(vertx, model, QueryConfig.defaults(), Clock.systemUTC())::mount)) {
      QueryServer.Answer answer = server.get("/audit/head");
      assertThat(answer.contentType()).isEqualTo("application/json");
      assertThat(answer.body())
          .isEqualTo(
              "{\"heads\": [{\"topic\": \"flowledger.events\", \"partition\": 0, "
                  + NONE
                  + ", {\"topic\": \"flowledger.events\", \"partition\": 1, "
                  + NONE
                  + "]}");
      model.viewsOpen(false);
      assertThat(server.get("/audit/head").status()).isEqualTo(503);
    }
  }
}
