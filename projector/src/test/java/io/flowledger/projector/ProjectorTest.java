package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectorTest {

  @Test
  void whatAKilledProcessHasLeftForScratchIsDeleted(@TempDir Path views) throws IOException {
    Path rehearsal = Files.createDirectories(views.resolve("rehearsals").resolve("table"));
    Files.writeString(rehearsal.resolve("000001.sst"), "rows");
    Path past = Files.createDirectories(views.resolve("past-states").resolve("0"));
    projector(views, Tenure.ofTheOnlyOne()).close();
    assertThat(rehearsal.getParent()).doesNotExist();
    assertThat(past.getParent()).doesNotExist();
  }

  @Test
  void onlyWhatItHoldsIsPromised(@TempDir Path views) {
    AtomicBoolean held = new AtomicBoolean(true);
    try (Projector projector = projector(views, new HeldOrNot(held))) {
      projector.promises().make(Position.event(0, 3));
      held.set(false);
      assertThatThrownBy(() -> projector.promises().make(Position.event(0, 4)))
          .isInstanceOf(ViewUnavailableException.class);
      assertThat(projector.promises().all()).containsExactly(Position.event(0, 3));
    }
  }

  private record HeldOrNot(AtomicBoolean held) implements Tenure {
    @Override
    public void joined(String memberId) {}

    @Override
    public void opened(int partition) {}

    @Override
    public void closed(int partition) {}

    @Override
    public boolean holds(int partition) {
      return held.get();
    }

    @Override
    public Owner elsewhere(int partition) {
      return new Owner.Nobody();
    }
  }

  private static Projector projector(Path views, Tenure tenure) {
    return new Projector(
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
        tenure);
  }
}
