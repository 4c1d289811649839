package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.LocalReadModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectorTest {

  @Test
  void whatAKilledProcessHasLeftForScratchIsDeleted(@TempDir Path views) throws IOException {
    Path rehearsal = Files.createDirectories(views.resolve("rehearsals").resolve("table"));
    Files.writeString(rehearsal.resolve("000001.sst"), "rows");
    Path past = Files.createDirectories(views.resolve("past-states").resolve("0"));
    new Projector(
            new ProjectorConfig(
                Map.of("bootstrap.servers", "localhost:1"),
                LocalReadModel.topics(1),
                views,
                "test",
                "localhost:8080",
                Duration.ofSeconds(1),
                Duration.ofSeconds(6),
                8 << 20),
            Events.serde(),
            new SimpleMeterRegistry(),
            fault -> {},
            Tenure.ofTheOnlyOne())
        .close();
    assertThat(rehearsal.getParent()).doesNotExist();
    assertThat(past.getParent()).doesNotExist();
  }
}
