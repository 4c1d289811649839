package io.flowledger.projector;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of this process in the group. A static member that comes back gets its partitions
 * without a rebalance, so the others, and it itself, go on reading in the group that it is at the
 * address of before. A process that comes back at another address therefore gives up its old place
 * first.
 */
final class Membership {

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final ProjectorConfig config;
  private final Path addressFile;

  Membership(ProjectorConfig config) {
    this.config = config;
    this.addressFile = config.stateDir().resolve("application-server");
  }

  /** To be called before joining. */
  void renew() {
    try {
      String address = config.applicationServer();
      String before = SmallFiles.text(addressFile, UTF_8).orElse(address);
      if (!before.equals(address)) {
        leave(before);
      }
      Files.createDirectories(config.stateDir());
      Files.writeString(addressFile, address);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + addressFile, e);
    }
  }

  private void leave(String before) {
    try (ProjectorGroup seen = ProjectorGroup.connect(config)) {
      if (seen.leave()) {
        LOG.info("left the group, to join it at another address than {}", before);
      }
    }
  }
}
