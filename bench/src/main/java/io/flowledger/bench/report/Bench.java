package io.flowledger.bench.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all benchmarks of one command share: where results and progress go, failures, and everything
 * that has to be gone when the command ends, however it ends.
 */
public final class Bench implements AutoCloseable {

  private static final String ROOT = "flowledger.root";

  private final PrintWriter out;
  private final PrintWriter progress;
  private final Table.Format format;
  private final Path work;
  private final Deque<AutoCloseable> leftovers = new ArrayDeque<>();
  private final List<String> failures = new ArrayList<>();
  private boolean ended;
  private final Thread hook = new Thread(this::cleanUp, "clean-up");

  /**
   * @param out gets the tables
   * @param progress is told what is being done
   * @param parent of the folder of everything that is written, which is removed at the end
   */
  public Bench(PrintWriter out, PrintWriter progress, Table.Format format, Path parent) {
    this.out = out;
    this.progress = progress;
    this.format = format;
    try {
      Files.createDirectories(parent);
      this.work = Files.createTempDirectory(parent, "bench-").toAbsolutePath();
    } catch (IOException e) {
      throw new BenchException("cannot make a folder in " + parent + ": " + e, e);
    }
    leftovers.push(() -> delete(work));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The checkout that this runs from. */
  public static Path root() {
    return Path.of(System.getProperty(ROOT, ".")).toAbsolutePath().normalize();
  }

  /** The jar that users run. */
  public static Path program() {
    Path jar = root().resolve("deploy/target/flowledger.jar");
    if (!Files.exists(jar)) {
      throw new BenchException(jar + " is missing; bench/run builds it");
    }
    return jar;
  }

  /** A folder of this run that is not there yet. */
  public Path folder(String name) {
    Path folder = work.resolve(name);
    for (int i = 2; Files.exists(folder); i++) {
      folder = work.resolve(name + "-" + i);
    }
    return folder;
  }

  public Path file(String name) {
    return folder(name);
  }

  /** Sees to it that it is closed at the end at the latest, the last one first. */
  public synchronized <T extends AutoCloseable> T closing(T part) {
    leftovers.push(part);
    if (ended) {
      cleanUp();
      throw new BenchException("interrupted");
    }
    return part;
  }

  public void progress(String line) {
    progress.println("bench: " + line);
    progress.flush();
  }

  public void header(List<String> arguments) {
    List<String> lines = Host.lines(arguments);
    boolean markdown = format == Table.Format.MARKDOWN;
    lines.forEach(line -> out.println(markdown ? "    " + line : line));
    out.println();
    out.flush();
  }

  public void print(Table table) {
    out.println(table.render(format));
    out.flush();
  }

  /** Something went wrong that makes results worthless, though the run goes on. */
  public synchronized void failed(String what) {
    failures.add(what);
    progress("FAILED: " + what);
  }

  public synchronized boolean hasFailed() {
    return !failures.isEmpty();
  }

  /** The status to exit with: not 0 when anything has failed, which is told once more. */
  public synchronized int status() {
    if (failures.isEmpty()) {
      return 0;
    }
    out.println("FAILED, these results are not valid:");
    failures.forEach(failure -> out.println("  " + failure));
    out.flush();
    return 1;
  }

  public static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  @Override
  public void close() {
    cleanUp();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // then the hook has nothing left to do
    }
  }

  private synchronized void cleanUp() {
    ended = true;
    while (!leftovers.isEmpty()) {
      try {
        leftovers.pop().close();
      } catch (Exception e) {
        progress("while cleaning up: " + e);
      }
    }
  }

  public static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // a server that was ending has removed it
              }
              throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
