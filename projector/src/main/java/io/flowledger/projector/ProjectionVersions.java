package io.flowledger.projector;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowledger.projector.files.SmallFiles;
import io.flowledger.projector.store.ViewKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A file beside the views that says which versions of the projections have made them whole. */
final class ProjectionVersions {

  private final Path file;
  private final String current;

  ProjectionVersions(Path stateDir, List<ViewKind> kinds) {
    this.file = stateDir.resolve("projection-versions");
    this.current =
        kinds.stream()
            .map(kind -> kind.name() + "=" + kind.version())
            .collect(Collectors.joining("\n", "", "\n"));
  }

  boolean areCurrent() {
    try {
      return SmallFiles.text(file, UTF_8).filter(current::equals).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  void write() {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, current);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Whoever starts before {@link #write} has been called again looks at all views. */
  void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
