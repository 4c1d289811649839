package io.flowledger.projector.store;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Views whose files are damaged. One that is found so when it is opened is set aside at once; one
 * that is found so when it is read is marked, and set aside when it is opened the next time. It is
 * made again from the log then.
 */
public final class DamagedViews {

  private static final Logger LOG = LoggerFactory.getLogger(DamagedViews.class);
  private static final String MARK = "damaged";
  private static final String ASIDE = ".damaged";

  private DamagedViews() {}

  /** Opens a view, a new one where that which is there cannot be opened. */
  static RocksTable open(File directory, RocksResources resources) {
    if (mustBeMade(directory.toPath())) {
      setAside(directory.toPath(), "it is not whole");
    }
    try {
      return new RocksTable(directory, resources);
    } catch (ProcessorStateException e) {
      if (!(e.getCause() instanceof RocksDBException cause) || isBusy(cause)) {
        throw e;
      }
      setAside(directory.toPath(), cause.getMessage());
      return new RocksTable(directory, resources);
    }
  }

  /** Whether a view is there, but nothing to go on from. */
  public static boolean mustBeMade(Path directory) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    String[] files = directory.toFile().list();
    return Files.exists(directory.resolve(MARK))
        || files != null && files.length > 0 && !Files.exists(directory.resolve("CURRENT"));
  }

  static boolean isDamage(ProcessorStateException e) {
    return e.getCause() instanceof RocksDBException cause && isDamage(cause);
  }

  static boolean isDamage(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }

  /** Another process has it, or the disk or the memory is full: that says nothing of its files. */
  private static boolean isBusy(RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("lock") || message.contains("No space") || message.contains("memory");
  }

  /** Takes what a view that is open has failed with. */
  static void found(RocksDBException failure, File directory, boolean writable) {
    if (writable && isDamage(failure)) {
      mark(directory, failure);
    }
  }

  /** Remembers that what was read of a view was not what was written. */
  private static void mark(File directory, RocksDBException why) {
    Path mark = directory.toPath().resolve(MARK);
    if (!Files.exists(mark)) {
      LOG.error(
          "the view in {} is damaged, and is made again from the log at the next start: {}",
          directory,
          why.getMessage());
      try {
        Files.writeString(mark, why.getMessage() + "\n");
      } catch (IOException e) {
        LOG.error("cannot mark it", e);
      }
    }
  }

  /** There is one such folder at most: the log has everything that is in it. */
  static void setAside(Path directory, String why) {
    Path aside = directory.resolveSibling(directory.getFileName() + ASIDE);
    LOG.warn(
        "the view in {} is damaged, and is made again from the log; the old one is in {}: {}",
        directory,
        aside,
        why);
    try {
      Folders.delete(aside);
      Files.move(directory, aside);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot set aside " + directory, e);
    }
  }
}
