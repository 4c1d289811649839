package io.flowledger.deploy.cli.transfer;

import io.flowledger.deploy.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where an export goes. */
sealed interface ExportTarget {

  /** To standard output. */
  record Standard() implements ExportTarget {}

  /** To what is no file and takes bytes as they come, such as a named pipe or a device. */
  record Stream(Path path) implements ExportTarget {}

  /**
   * To a file.
   *
   * @param given as the user knows it
   * @param path what it is, past links
   */
  record File(Path given, Path path) implements ExportTarget {

    /** Where it is written until it is whole. */
    Path part() {
      return path.resolveSibling(path.getFileName() + ".part");
    }
  }

  /**
   * @throws CommandFailure when nothing can be written there
   */
  static ExportTarget of(@Nullable Path given) {
    if (given == null || StandardStream.OUTPUT.is(given)) {
      return new Standard();
    }
    if (Files.isDirectory(given)) {
      throw CommandFailure.failed("cannot write %s: it is a folder".formatted(given));
    }
    if (!Files.exists(given)) {
      return new File(given, given);
    }
    try {
      return Files.isRegularFile(given) ? new File(given, given.toRealPath()) : new Stream(given);
    } catch (IOException e) {
      throw CheckedOutput.unwritable(given, e);
    }
  }
}
