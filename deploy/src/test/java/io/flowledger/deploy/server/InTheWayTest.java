package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is no file where a file has to be, or no folder: a pipe would be waited for. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InTheWayTest {

  private final Path data = TestServer.temporaryFolder();

  @AfterEach
  void clean() {
    TestServer.delete(data);
  }

  private void pipe(String name) throws IOException, InterruptedException {
    Path pipe = data.resolve(name);
    Files.createDirectories(pipe.getParent());
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
  }

  @Test
  void theLockAndThePlaceOfWhatIsDamagedAreLookedAtFirst() throws Exception {
    pipe("flowledger.lock");
    assertThatThrownBy(() -> DataFolder.take(data))
        .isInstanceOf(StartException.class)
        .hasMessage(
            data.resolve("flowledger.lock")
                + " is something else where a file has to be. Nothing was changed. Move it away");
    Files.delete(data.resolve("flowledger.lock"));
    Files.createFile(data.resolve("damaged"));
    assertThatThrownBy(() -> DataFolder.take(data))
        .isInstanceOf(StartException.class)
        .hasMessage(
            data.resolve("damaged")
                + " is something else where a folder has to be. Nothing was changed. Move it away");
  }

  @Test
  void whatCanBeMadeAgainIsSetAside() throws Exception {
    List<String> names = List.of("instance-id", "imports", "checkpoints");
    for (String name : names) {
      pipe(name);
    }
    pipe("views/projection-versions");
    pipe("acknowledged");
    try (DataFolder folder = DataFolder.take(data)) {
      assertThat(folder.acknowledged().read()).isEmpty();
      assertThat(folder.acknowledged().setStrangersAside(folder.damaged()))
          .containsExactly("acknowledged");
      assertThat(folder.setStrangersAside())
          .contains("views/projection-versions")
          .containsAll(names);
      assertThat(folder.instanceId()).hasSize(36);
    }
  }

  @Test
  void pipesOfTheLogAndTheViewsAreSetAside() throws Exception {
    pipe("acknowledged");
    pipe("views");
    pipe("kafka/.kafka_cleanshutdown");
    try (DataFolder folder = DataFolder.take(data)) {
      KeptLog.mend(folder, line -> {});
      assertThat(folder.setStrangersAside()).containsExactly("views");
    }
    assertThat(data.resolve("kafka")).isEmptyDirectory();
  }
}
