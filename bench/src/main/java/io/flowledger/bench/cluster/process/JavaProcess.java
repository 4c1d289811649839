package io.flowledger.bench.cluster.process;

import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program that is started again and again, with one log, and everything that may happen to it.
 */
final class JavaProcess implements AutoCloseable {

  private static final Duration END_LIMIT = Duration.ofSeconds(20);
  private static final int LAST_LINES = 20;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable Process process;
  private boolean closed;

  /**
   * @param environment beside that of this process
   */
  JavaProcess(String name, List<String> command, Map<String, String> environment, Path log) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.log = log;
  }

  /** Starts it; returns at once. */
  synchronized void start() {
    if (closed) {
      throw new BenchException("interrupted");
    }
    if (isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException e) {
      throw new BenchException("cannot start " + name + ": " + e, e);
    }
  }

  synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  private synchronized Process running() {
    if (process == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return process;
  }

  /** SIGKILL. */
  void kill() {
    Process running = running();
    running.destroyForcibly();
    if (!awaitEnd(running, END_LIMIT)) {
      throw new BenchException(name + " cannot be killed");
    }
  }

  /**
   * SIGTERM.
   *
   * @return whether it has ended in that time; if not, it is killed
   */
  boolean stop(Duration limit) {
    Process running = running();
    running.destroy();
    if (awaitEnd(running, limit)) {
      return true;
    }
    kill();
    return false;
  }

  void pause() {
    signal("STOP");
  }

  void resume() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(running().pid())).start();
      if (!awaitEnd(kill, END_LIMIT) || kill.exitValue() != 0) {
        throw new BenchException("kill -" + signal + " has not reached " + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean awaitEnd(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** The end of what it has printed. */
  String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return name
          + ":\n  "
          + String.join(
              "\n  ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return name + " has printed nothing";
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
