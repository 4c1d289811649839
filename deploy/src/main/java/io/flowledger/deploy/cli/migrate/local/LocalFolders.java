package io.flowledger.deploy.cli.migrate.local;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Faults;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the folders in which Metaflow keeps local metadata, and reads what is in folders. */
final class LocalFolders {

  private static final String NAME = ".metaflow";
  private static final String META = "_meta";
  private static final int DEEPEST = 8;

  private LocalFolders() {}

  /**
   * Those that are given, or are called {@code .metaflow} in those that are.
   *
   * @throws CommandFailure when there is none
   */
  static List<Path> find(List<Path> given) {
    List<Path> found = new ArrayList<>();
    for (Path folder : given) {
      if (!Files.isDirectory(folder)) {
        throw CommandFailure.failed(
            folder + " is no folder" + parent(folder).map("; there is one at "::concat).orElse(""));
      }
      int before = found.size();
      if (isOfFlows(folder)) {
        found.add(folder);
      } else {
        search(folder, found);
      }
      if (found.size() == before) {
        throw CommandFailure.failed(
            "there is no %s with metadata of Metaflow in %s".formatted(NAME, folder));
      }
    }
    return found.stream().map(folder -> folder.toAbsolutePath().normalize()).distinct().toList();
  }

  /** Metaflow's client uses the one of a parent folder, where there is none here. */
  private static Optional<String> parent(Path folder) {
    if (!Path.of(NAME).equals(folder.getFileName())) {
      return Optional.empty();
    }
    return Stream.iterate(
            folder.toAbsolutePath().getParent(), Objects::nonNull, at -> at.getParent())
        .map(at -> at.resolve(NAME))
        .filter(Files::isDirectory)
        .map(Path::toString)
        .findFirst();
  }

  private static boolean isOfFlows(Path folder) {
    return folders(folder).stream().anyMatch(flow -> Files.exists(self(flow)));
  }

  private static void search(Path folder, List<Path> found) {
    try {
      Files.walkFileTree(
          folder,
          EnumSet.noneOf(java.nio.file.FileVisitOption.class),
          DEEPEST,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
              if (String.valueOf(at.getFileName()).equals(NAME)) {
                if (isOfFlows(at)) {
                  found.add(at);
                }
                return FileVisitResult.SKIP_SUBTREE;
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path at, IOException unreadable) {
              return FileVisitResult.CONTINUE; // what is not ours may be closed to us
            }
          });
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** What says what a folder is about. */
  static Path self(Path folder) {
    return meta(folder).resolve("_self.json");
  }

  static Path meta(Path folder) {
    return folder.resolve(META);
  }

  /** The folders in a folder that are of objects, in any order. */
  static List<Path> folders(Path folder) {
    return list(folder).stream()
        .filter(Files::isDirectory)
        .filter(child -> !String.valueOf(child.getFileName()).equals(META))
        .toList();
  }

  /** All that is in a folder; nothing where there is none. */
  static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  static CommandFailure unreadable(Path path, IOException e) {
    return CommandFailure.failed("cannot read %s: %s".formatted(path, Faults.why(e)));
  }
}
