package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
final class PrivateFolderTest {

  @TempDir private Path directory;

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static Path open(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aNewFolderIsPrivateAndWhatItIsInIsAsItWas() throws IOException {
    Path parent = open(directory.resolve("parent"));
    PrivateFolder.make(parent.resolve("data"));
    assertThat(permissions(parent.resolve("data"))).isEqualTo("rwx------");
    assertThat(permissions(parent)).isEqualTo("rwxr-xr-x");
    PrivateFolder.make(directory.resolve("a/b/c"));
    assertThat(permissions(directory.resolve("a/b/c"))).isEqualTo("rwx------");
  }

  @Test
  void aFolderThatWasOpenIsClosedWithThoseInIt() throws IOException {
    Path data = open(directory.resolve("data"));
    open(data.resolve("kafka"));
    open(data.resolve("views"));
    PrivateFolder.make(data);
    assertThat(permissions(data)).isEqualTo("rwx------");
    assertThat(permissions(data.resolve("kafka"))).isEqualTo("rwx------");
    assertThat(permissions(data.resolve("views"))).isEqualTo("rwx------");
  }

  @Test
  void whatLinksLeadToElsewhereIsLeftAlone() throws IOException {
    Path elsewhere = open(directory.resolve("elsewhere"));
    Path data = open(directory.resolve("data"));
    Files.createSymbolicLink(data.resolve("link"), elsewhere);
    PrivateFolder.make(data);
    assertThat(permissions(elsewhere)).isEqualTo("rwxr-xr-x");
    Path link = Files.createSymbolicLink(directory.resolve("to-data"), data);
    PrivateFolder.make(link);
    assertThat(permissions(data)).isEqualTo("rwx------");
  }
}
