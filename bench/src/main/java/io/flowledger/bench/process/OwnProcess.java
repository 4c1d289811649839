package io.flowledger.bench.process;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** This program once more, with a command of its own, behind all others for the processors. */
public final class OwnProcess implements AutoCloseable {

  private static final String MAIN = "io.flowledger.bench.Main";
  private static final List<String> JVM =
      List.of("-Xms96m", "-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-XX:+UseSerialGC");

  private final Process process;
  private final Path printed;
  private final Path errors;

  private OwnProcess(Process process, Path printed, Path errors) {
    this.process = process;
    this.printed = printed;
    this.errors = errors;
  }

  /** Starts it; returns at once. */
  public static OwnProcess start(Bench bench, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("nice", "-n", "10"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(arguments);
    Path printed = bench.file("clients.out");
    Path errors = bench.file("clients.err");
    try {
      return bench.closing(
          new OwnProcess(
              new ProcessBuilder(command)
                  .redirectOutput(printed.toFile())
                  .redirectError(errors.toFile())
                  .start(),
              printed,
              errors));
    } catch (IOException e) {
      throw new BenchException("cannot start the clients: " + e, e);
    }
  }

  /** Waits for its end; returns the lines that it has printed. */
  public List<String> await(long seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new BenchException(
            "the clients have failed: " + Files.readString(errors, StandardCharsets.UTF_8));
      }
      return Files.readAllLines(printed, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchException("cannot read what the clients have printed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
