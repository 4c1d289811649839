package io.flowledger.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A start with the launcher's archive of classes. The launcher leaves a file, and drops the archive
 * when it finds the file of a process that is gone: so it is deleted once the classes have worked.
 */
final class ArchiveTrial {

  private static final String FILE = "flowledger.archive.trial";

  /** By then a command that is no server has loaded what it works with. */
  private static final Duration WORKED = Duration.ofSeconds(2);

  private ArchiveTrial() {}

  /**
   * The classes have worked when a command has run for a while: how it ends after that, killed for
   * example, says nothing about them.
   */
  static void passesSoon() {
    if (System.getProperty(FILE) != null) {
      Thread thread = new Thread(ArchiveTrial::passAfterAWhile, "archive-trial-of-a-command");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void passAfterAWhile() {
    try {
      Thread.sleep(WORKED.toMillis());
      passed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The classes have worked; does nothing the second time, or without such an archive. */
  static void passed() {
    String file = System.getProperty(FILE);
    if (file != null) {
      try {
        Files.deleteIfExists(Path.of(file));
      } catch (IOException e) {
        // Not by a logger: at the end of a short command there is none any more.
        System.err.println(
            "flowledger: cannot delete "
                + file
                + ", so the archive of classes is made again: "
                + e);
      }
    }
  }
}
