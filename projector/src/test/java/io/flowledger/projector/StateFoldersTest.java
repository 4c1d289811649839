package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.schemas.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFoldersTest {

  /** A start finds the views, and checkpoints are put back, by these names. */
  @Test
  void areWhereKafkaStreamsHasThem(@TempDir Path views) {
    StateFolders folders = new StateFolders(views, "flowledger-");
    Path task = views.resolve("flowledger-projector").resolve("0_3");

    assertThat(folders.task(3)).isEqualTo(task);
    assertThat(folders.view(3, Position.Log.EVENTS)).isEqualTo(task.resolve("events-view"));
    assertThat(folders.view(3, Position.Log.HEARTBEATS)).isEqualTo(task.resolve("heartbeats-view"));
    assertThat(Projector.eventsView(views, "flowledger-", 3))
        .isEqualTo(folders.view(3, Position.Log.EVENTS));
  }

  @Test
  void areMadeForViewsToBePutIn(@TempDir Path views) throws IOException {
    StateFolders folders = new StateFolders(views.resolve("copy"), "");
    folders.create(2);
    assertThat(Files.isDirectory(folders.task(0))).isTrue();
    assertThat(Files.isDirectory(folders.task(1))).isTrue();
    assertThat(folders.task(2)).doesNotExist();
    assertThat(folders.heads()).isEmpty();
  }
}
