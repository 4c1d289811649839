package io.flowledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.query.QueryServer.Answer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Moments that a request may name, and what they are held against. */
@Timeout(60)
final class PastTest {

  @TempDir private Path directory;
  private World world;
  private QueryServer server;

  @BeforeEach
  void start() {
    world = new World(directory, 1);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx,
            new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  @Test
  void aPositionOfAPartitionThatIsNotThereIsNone() {
    world.flow("F", 10);
    assertThat(server.get("/flows?as_of=99@5"))
        .isEqualTo(
            Answer.failure(400, "position 99@5 is in none of the 1 partitions of the log"));
  }
}
