package io.flowledger.projector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Copies and deletes what stores have written. */
public final class Directories {

  private Directories() {}

  /** Makes it where it is not there yet. */
  public static Path create(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A copy of the directory of an open store is what a killed process leaves behind. The store must
   * not be written to meanwhile; what it does in the background is waited for.
   */
  public static void copy(Path from, Path to) {
    while (!copiedAtRest(from, to)) {
      delete(to);
    }
  }

  private static boolean copiedAtRest(Path from, Path to) {
    try {
      Map<Path, Long> before = sizes(from);
      for (Path file : below(from)) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
      return sizes(from).equals(before);
    } catch (NoSuchFileException deletedMeanwhile) {
      return false;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return false; // deleted while the files were listed
      }
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<Path, Long> sizes(Path directory) throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    for (Path file : below(directory)) {
      sizes.put(file, Files.size(file));
    }
    return sizes;
  }

  public static void delete(Path directory) {
    for (Path file : below(directory).stream().sorted(Comparator.reverseOrder()).toList()) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<Path> below(Path directory) {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
