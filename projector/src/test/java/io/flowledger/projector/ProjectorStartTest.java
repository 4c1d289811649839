package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.schemas.serde.EventSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A projector that is still making its views, while requests come already. */
final class ProjectorStartTest {

  private Projector projector;

  @BeforeEach
  void make(@TempDir Path views) {
    EventSerde serde = MemoryRegistry.serde(LocalReadModel.topics(1));
    projector =
        new Projector(
            new ProjectorConfig(
                Map.of("bootstrap.servers", "127.0.0.1:1"),
                LocalReadModel.topics(1),
                views,
                "test",
                "127.0.0.1:8080",
                Duration.ofSeconds(1),
                Duration.ofSeconds(6),
                8 << 20),
            serde,
            new SimpleMeterRegistry(),
            fault -> {},
            Tenure.ofTheOnlyOne());
  }

  @AfterEach
  void close() {
    projector.close();
  }

  @Test
  void nobodyHasAPartitionYet() {
    assertThat(projector.owner(0)).isEqualTo(new Owner.Nobody());
  }
}
