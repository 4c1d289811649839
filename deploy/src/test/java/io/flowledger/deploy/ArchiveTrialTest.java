package io.flowledger.deploy;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTrialTest {

  private static final String PROPERTY = "flowledger.archive.trial";

  @AfterEach
  void clear() {
    System.clearProperty(PROPERTY);
  }

  /** Whoever kills it later leaves nothing that speaks against the archive. */
  @Test
  void aCommandThatHasRunForAWhileHasPassed(@TempDir Path folder) throws Exception {
    Path trial = Files.createFile(folder.resolve("classes.trial.7"));
    System.setProperty(PROPERTY, trial.toString());
    ArchiveTrial.passesSoon();
    await().atMost(20, TimeUnit.SECONDS).until(() -> Files.notExists(trial));
  }
}
