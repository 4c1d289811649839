package io.flowledger.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A start with the launcher's archive of classes. The launcher leaves a file, and drops the archive
 * when it finds the file of a process that is gone: so it is deleted once the classes have worked.
 */
final class ArchiveTrial {

  private static final String FILE = "flowledger.archive.trial";

  private ArchiveTrial() {}

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
