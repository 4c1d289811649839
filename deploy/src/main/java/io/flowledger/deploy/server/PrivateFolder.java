package io.flowledger.deploy.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that only its owner can look into, where the file system knows owners (POSIX). So are
 * the folders in it, which may be moved elsewhere; what is deeper is behind these.
 */
final class PrivateFolder {

  private static final Logger LOG = LoggerFactory.getLogger(PrivateFolder.class);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFolder() {}

  /** Makes the folder where it is missing, and closes it and the folders in it to others. */
  static void make(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(folder)) {
      if (isPosix(parent == null ? folder : parent)) {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      } else {
        Files.createDirectory(folder);
      }
    }
    if (isPosix(folder)) {
      close(folder);
      List<Path> inIt;
      try (Stream<Path> entries = Files.list(folder)) {
        inIt =
            entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)).toList();
      }
      for (Path each : inIt) {
        close(each);
      }
    }
  }

  private static boolean isPosix(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  /** Whoever does not own a folder, such as a mounted volume, leaves it to its owner. */
  private static void close(Path folder) {
    try {
      if (!Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
      }
    } catch (IOException e) {
      LOG.warn("others on this machine may be able to read {}: {}", folder, e.toString());
    }
  }
}
