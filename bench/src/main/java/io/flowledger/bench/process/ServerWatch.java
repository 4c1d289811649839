package io.flowledger.bench.process;

import io.flowledger.bench.report.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** What a process takes while something is done to it: looked at again and again. */
public final class ServerWatch implements AutoCloseable {

  private static final long INTERVAL_MS = 250;
  private static final Pattern PAUSE =
      Pattern.compile("Pause .* ([0-9]+)M->([0-9]+)M\\([0-9]+M\\) ([0-9.]+)ms");

  private final long pid;
  private final double cpuBefore;
  private final long begun = System.nanoTime();
  private final Thread thread = new Thread(this::look, "watch");
  private volatile double mostResidentMb;
  private volatile boolean over;

  /** Begins to look. */
  public ServerWatch(long pid) {
    this.pid = pid;
    this.cpuBefore = cpuSeconds();
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * What its log of garbage collections says.
   *
   * @param micros of each pause
   * @param mostAfter MB of the heap that were in use after one
   * @param mostBefore the same, before one
   */
  public record Collections(Histogram micros, int mostBefore, int mostAfter) {}

  private void look() {
    try {
      while (!over) {
        mostResidentMb = Math.max(mostResidentMb, Host.residentMb(pid).orElse(0.0));
        Thread.sleep(INTERVAL_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private double cpuSeconds() {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .map(cpu -> cpu.toNanos() / 1e9)
        .orElse(0.0);
  }

  /** The most memory that was resident. */
  public double mostResidentMb() {
    return mostResidentMb;
  }

  /** Processor time per time since it began. */
  public double cores() {
    return (cpuSeconds() - cpuBefore) * 1e9 / (System.nanoTime() - begun);
  }

  /** Reads the log of a JVM with {@code -Xlog:gc:file=}. */
  public static Optional<Collections> collections(Path log) {
    List<String> lines;
    try {
      lines = Files.readAllLines(log);
    } catch (IOException none) {
      return Optional.empty();
    }
    Histogram micros = new Histogram(3);
    int before = 0;
    int after = 0;
    for (String line : lines) {
      Matcher pause = PAUSE.matcher(line);
      if (pause.find()) {
        before = Math.max(before, Integer.parseInt(pause.group(1)));
        after = Math.max(after, Integer.parseInt(pause.group(2)));
        micros.recordValue((long) (1000 * Double.parseDouble(pause.group(3))));
      }
    }
    return Optional.of(new Collections(micros, before, after));
  }

  @Override
  public void close() {
    over = true;
    thread.interrupt();
  }
}
