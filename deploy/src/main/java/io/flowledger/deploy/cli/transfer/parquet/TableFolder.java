package io.flowledger.deploy.cli.transfer.parquet;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * Folder of the files of an export. Until all of them are whole they have names that nobody takes
 * for tables; what is not published goes away.
 */
final class TableFolder implements AutoCloseable {

  private static final String PART = ".part";

  private final Path folder;
  private final boolean made;
  private final Map<Table, TableFile> files = new EnumMap<>(Table.class);
  private boolean published;

  private TableFolder(Path folder, boolean made) {
    this.folder = folder;
    this.made = made;
  }

  /**
   * @param force whether files of an earlier export may be replaced
   * @throws CommandFailure when it cannot be used
   */
  static TableFolder open(Path folder, boolean force) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw CommandFailure.failed("cannot write %s: it is no folder".formatted(folder));
    }
    for (Table table : Table.values()) {
      Path file = folder.resolve(table.fileName());
      if (!force && Files.exists(file)) {
        throw CommandFailure.failed(
            "%s is there already; name another folder, or replace it with --force".formatted(file));
      }
    }
    boolean missing = !Files.exists(folder);
    if (missing) {
      try {
        Files.createDirectory(folder);
      } catch (IOException e) {
        throw CommandFailure.failed("cannot make %s: %s".formatted(folder, Faults.why(e)));
      }
    }
    return new TableFolder(folder, missing);
  }

  /** Where the table will be. */
  Path file(Table table) {
    return folder.resolve(table.fileName());
  }

  /** Begins the file of a table. */
  TableFile begin(Table table) {
    TableFile file = new TableFile(table, part(table));
    files.put(table, file);
    return file;
  }

  /** The tables that were begun. */
  Map<Table, TableFile> files() {
    return files;
  }

  private Path part(Table table) {
    return folder.resolve(table.fileName() + PART);
  }

  /**
   * Gives the files, which are all whole and closed, their names. Those of an earlier export go
   * before, so that there is no mixture of both, whatever happens.
   */
  void publish() {
    for (Table table : Table.values()) {
      change(table, () -> Files.deleteIfExists(file(table)));
    }
    for (Table table : Table.values()) {
      change(table, () -> Files.move(part(table), file(table)));
    }
    published = true;
  }

  private interface Change {
    Object make() throws IOException;
  }

  private void change(Table table, Change change) {
    try {
      change.make();
    } catch (IOException e) {
      throw CommandFailure.failed("cannot write %s: %s".formatted(file(table), Faults.why(e)));
    }
  }

  @Override
  public void close() {
    if (published) {
      return;
    }
    files.values().forEach(TableFile::abandon);
    try {
      for (Table table : Table.values()) {
        Files.deleteIfExists(part(table));
      }
      if (made) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw CommandFailure.failed(
          "cannot delete what is unfinished in %s: %s".formatted(folder, Faults.why(e)));
    }
  }
}
