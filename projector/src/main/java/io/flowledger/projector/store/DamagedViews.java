package io.flowledger.projector.store;

import io.flowledger.projector.files.SmallFiles;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Views whose files are damaged. One that is found so when it is opened is set aside at once; one
 * that is found so when it is read is marked, is not read any more, and is set aside when it is
 * opened again. It is made from the log then.
 */
public final class DamagedViews {

  private static final Logger LOG = LoggerFactory.getLogger(DamagedViews.class);
  private static final String MARK = "damaged";
  private static final String ASIDE = ".damaged";
  private static final Set<Status.Code> DAMAGE =
      EnumSet.of(Status.Code.Corruption, Status.Code.NotFound, Status.Code.NotSupported);

  private DamagedViews() {}

  /** Opens a view, a new one where that which is there cannot be opened. */
  static RocksTable open(File directory, RocksResources resources) {
    if (mustBeMade(directory.toPath())) {
      boolean marked = Files.exists(directory.toPath().resolve(MARK));
      setAside(
          directory.toPath(), marked ? "it was found so when it was read" : "it has no CURRENT");
    }
    try {
      return new RocksTable(directory, resources);
    } catch (ProcessorStateException e) {
      if (!(e.getCause() instanceof RocksDBException cause) || !isDamage(cause)) {
        throw e;
      }
      setAside(directory.toPath(), String.valueOf(cause.getMessage()));
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
        || files != null && files.length > 0 && !hasCurrent(directory);
  }

  /** It names another file; one that is too long would be read to its end. */
  private static boolean hasCurrent(Path directory) {
    try {
      return SmallFiles.isOne(directory.resolve("CURRENT"));
    } catch (IOException e) {
      return true; // opening it will tell
    }
  }

  /**
   * Whether what is in the files is to blame. A lock, a full disk or memory, rights and a disk that
   * does not answer say nothing of it.
   */
  private static boolean isDamage(RocksDBException e) {
    Status status = e.getStatus();
    if (status == null) {
      return false;
    }
    return DAMAGE.contains(status.getCode())
        || status.getCode() == Status.Code.IOError
            && String.valueOf(e.getMessage()).contains("No such file");
  }

  /** There is one such folder at most: the log has everything that is in it. */
  private static void setAside(Path directory, String why) {
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

  /** Of one view that is open. */
  static final class Watch {
    private final Optional<Path> directory;
    private volatile boolean damaged;

    private Watch(Optional<Path> directory) {
      this.directory = directory;
    }

    /** Of one that can be made again. */
    static Watch of(File directory) {
      return new Watch(Optional.of(directory.toPath()));
    }

    /** Of one that is left as it is, and whose damage is told as any other fault. */
    static Watch none() {
      return new Watch(Optional.empty());
    }

    boolean isDamaged() {
      return damaged;
    }

    /**
     * @throws ViewUnavailableException when it has been found damaged
     */
    void check() {
      if (damaged) {
        throw unavailable();
      }
    }

    private static ViewUnavailableException unavailable() {
      return new ViewUnavailableException("the view is damaged, and is made again from the log");
    }

    /** What to throw for what has failed. */
    RuntimeException failure(String doing, RocksDBException e) {
      if (directory.isEmpty() || !isDamage(e)) {
        return new ProcessorStateException(doing, e);
      }
      if (!damaged) {
        damaged = true;
        mark(directory.get(), String.valueOf(e.getMessage()));
      }
      return unavailable();
    }

    /** Remembers it beyond the end of the process. */
    private static void mark(Path directory, String why) {
      LOG.error(
          "the view in {} is damaged, and will be made again from the log: {}", directory, why);
      try {
        Files.writeString(directory.resolve(MARK), why + "\n");
      } catch (IOException e) {
        LOG.error("cannot mark the damaged view in {}", directory, e);
      }
    }
  }
}
