package io.flowledger.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program in a process of its own, which can be killed. */
public final class ChildProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  private ChildProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Runs a class of the test class path. */
  public static ChildProcess java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return start(command);
  }

  /** Runs the jar that users run. */
  public static ChildProcess jar(Path jar, String... arguments) {
    return jar(jar, Map.of(), arguments);
  }

  /** Runs a jar with variables in its environment. */
  public static ChildProcess jar(Path jar, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return start(command, environment);
  }

  private static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC");
  }

  private static ChildProcess start(List<String> command) {
    return start(command, Map.of());
  }

  private static ChildProcess start(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line of output and returns its first group. */
  public String await(Pattern pattern) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
          drain();
          return matcher.group(1);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("ended without " + pattern + ":\n" + String.join("\n", lines));
  }

  private void drain() {
    Thread thread = new Thread(() -> output.lines().forEach(lines::add), "child-output");
    thread.setDaemon(true);
    thread.start();
  }

  /** Everything that it has printed, when it has ended. */
  public String awaitEnd() {
    output.lines().forEach(lines::add);
    return String.join("\n", lines);
  }

  public int exitStatus() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("still running:\n" + String.join("\n", lines));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** SIGKILL: nothing of the program runs any more. */
  public void kill() {
    process.destroyForcibly();
    exitStatus();
  }

  /** Memory that is resident, in bytes, where the system tells. */
  public Optional<Long> residentBytes() {
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      if (!java.nio.file.Files.exists(status)) {
        return Optional.empty();
      }
      return java.nio.file.Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
