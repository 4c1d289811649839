package io.flowledger.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A start with the launcher's archive of classes. The launcher leaves a file, and drops the archive
 * when it finds the file of a process that is gone: so it is deleted once the classes have worked.
 */
final class ArchiveTrial {

  private static final Logger LOG = LoggerFactory.getLogger(ArchiveTrial.class);
  private static final String FILE = "flowledger.archive.trial";

  private ArchiveTrial() {}

  /** The classes have worked; does nothing the second time, or without such an archive. */
  static void passed() {
    String file = System.getProperty(FILE);
    if (file != null) {
      try {
        Files.deleteIfExists(Path.of(file));
      } catch (IOException e) {
        LOG.warn("cannot delete {}, so the archive of classes will be made again", file, e);
      }
    }
  }
}
