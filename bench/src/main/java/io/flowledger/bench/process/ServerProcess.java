package io.flowledger.bench.process;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.bench.report.Host;
import io.flowledger.deploy.server.Ports;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program as users run it, in a process of its own. */
public final class ServerProcess implements AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(5);
  private static final int POLL_LIMIT_MS = 1000;
  private static final int OK = 200;
  private static final int EXISTS = 409;

  private final Process process;
  private final Options options;
  private final Path data;
  private final URI url;
  private final Path log;
  private final long started;

  /**
   * How the program is run.
   *
   * @param jvm java program or folder of a JDK; empty for the one that runs this
   * @param heap for example {@code 256m}
   * @param durability as the option of that name
   * @param archive classes to map at the start, as the launcher makes them; empty for none
   * @param jvmOptions after all others
   * @param serverOptions after all others
   */
  public record Options(
      Optional<Path> jvm,
      String heap,
      String durability,
      Optional<Path> archive,
      List<String> jvmOptions,
      List<String> serverOptions) {

    public Options withArchive(Optional<Path> classes) {
      return new Options(jvm, heap, durability, classes, jvmOptions, serverOptions);
    }

    public Options withJvmOption(String option) {
      List<String> more = new ArrayList<>(jvmOptions);
      more.add(option);
      return new Options(jvm, heap, durability, archive, more, serverOptions);
    }

    private String java() {
      Path given = jvm.orElseGet(() -> Path.of(System.getProperty("java.home")));
      return (Files.isDirectory(given) ? given.resolve("bin/java") : given).toString();
    }

    private List<String> command(int port, Path data) {
      List<String> command = new ArrayList<>(command(List.of("serve")));
      command.addAll(List.of("--port", Integer.toString(port), "--data", data.toString()));
      command.addAll(List.of("--durability", durability));
      command.addAll(serverOptions);
      return command;
    }

    private List<String> command(List<String> arguments) {
      List<String> command = new ArrayList<>();
      command.add(java());
      command.addAll(launcherOptions(Bench.root(), heap));
      archive.ifPresent(
          classes -> {
            command.add("-XX:SharedArchiveFile=" + classes);
            command.addAll(List.of("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
          });
      command.addAll(jvmOptions);
      command.addAll(List.of("-jar", Bench.program().toString()));
      command.addAll(arguments);
      return command;
    }
  }

  private static final String LAUNCHER = "python/src/flowledger/launcher/launch.conf";

  /** The JVM options of the launcher, so that what is measured is what users run. */
  public static List<String> launcherOptions(Path root, String heap) {
    return launcher(root, "jvm ")
        .map(option -> option.startsWith("-Xmx") ? "-Xmx" + heap : option)
        .toList();
  }

  /** The environment that the launcher gives the program. */
  public static Map<String, String> launcherEnvironment(Path root) {
    return launcher(root, "environment ")
        .map(setting -> setting.split("=", 2))
        .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
  }

  /** What lines of what the launchers read say after that word. */
  private static Stream<String> launcher(Path root, String word) {
    Path file = root.resolve(LAUNCHER);
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(word))
          .map(line -> line.substring(word.length()));
    } catch (IOException e) {
      throw new BenchException("cannot read " + file, e);
    }
  }

  private ServerProcess(
      Process process, Options options, Path data, URI url, Path log, long started) {
    this.process = process;
    this.options = options;
    this.data = data;
    this.url = url;
    this.log = log;
    this.started = started;
  }

  /** Starts it on a free port; returns at once. */
  public static ServerProcess start(Bench bench, Options options, Path data) {
    return start(bench, options, data, Ports.free());
  }

  /** Starts it again as it was started before, on the same port; returns at once. */
  ServerProcess again(Bench bench) {
    return start(bench, options, data, url.getPort());
  }

  private static ServerProcess start(Bench bench, Options options, Path data, int port) {
    Path log = bench.file("server.log");
    long now = System.nanoTime();
    try {
      Process process =
          asByTheLauncher(options.command(port, data), log)
              .redirectInput(new File("/dev/null"))
              .start();
      return bench.closing(
          new ServerProcess(
              process, options, data, URI.create("http://127.0.0.1:" + port), log, now));
    } catch (IOException e) {
      throw new BenchException("cannot start the server: " + e, e);
    }
  }

  private static ProcessBuilder asByTheLauncher(List<String> command, Path log) {
    ProcessBuilder process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    process.environment().putAll(launcherEnvironment(Bench.root()));
    return process;
  }

  /**
   * How a command has ended.
   *
   * @param seconds that it took
   */
  public record Ended(int status, double seconds) {}

  /** Runs another command of the program to its end. */
  public Ended run(Bench bench, String... arguments) {
    long begin = System.nanoTime();
    try {
      Process command =
          asByTheLauncher(options.command(List.of(arguments)), bench.file("command.log")).start();
      int status = command.waitFor();
      return new Ended(status, (System.nanoTime() - begin) / 1e9);
    } catch (IOException e) {
      throw new BenchException("cannot run the program: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  public URI url() {
    return url;
  }

  public long pid() {
    return process.pid();
  }

  public double residentMb() {
    return Host.residentMb(pid()).orElse(Double.NaN);
  }

  /** Time since the process was started. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  /** Waits until everything is answered; returns the age at that moment. */
  public Duration awaitReady(Duration limit) {
    return await(limit, "GET", "/healthcheck", status -> status == OK);
  }

  /** Waits until this is answered with success. */
  public void awaitGet(Duration limit, String path) {
    await(limit, "GET", path, status -> status == OK);
  }

  /** Waits until anything is answered at all. */
  public Duration awaitHttp(Duration limit) {
    return await(limit, "GET", "/healthcheck", status -> true);
  }

  /**
   * Registers a flow until that is answered with success; returns the age at that moment. That it
   * exists is success as well: an attempt before may have made it.
   */
  Duration awaitPost(Duration limit, String path) {
    return await(limit, "POST", path, status -> status == OK || status == EXISTS);
  }

  private interface Accepted {
    boolean status(int status);
  }

  private Duration await(Duration limit, String method, String path, Accepted accepted) {
    while (true) {
      Optional<Integer> status = ask(method, path);
      if (status.isPresent() && accepted.status(status.get())) {
        return age();
      }
      if (!process.isAlive()) {
        throw new BenchException("the server has ended:\n" + tail());
      }
      if (age().compareTo(limit) > 0) {
        throw new BenchException(
            "the server has not answered %s %s with success in %s; the last status was %s\n%s"
                .formatted(method, path, limit, status, tail()));
      }
      Bench.sleep(POLL);
    }
  }

  private Optional<Integer> ask(String method, String path) {
    try {
      HttpURLConnection connection = (HttpURLConnection) url.resolve(path).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(POLL_LIMIT_MS);
      connection.setReadTimeout(POLL_LIMIT_MS * 10);
      if (method.equals("POST")) {
        connection.setDoOutput(true);
        connection.getOutputStream().write("{}".getBytes(StandardCharsets.UTF_8));
      }
      int status = connection.getResponseCode();
      connection.disconnect();
      return Optional.of(status);
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The end of what it has printed. */
  public String tail() {
    List<String> lines = printed();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** The lines that it has printed. */
  public List<String> printed() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** SIGTERM, then waits for the end. */
  public void stop() {
    process.destroy();
    end();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    end();
  }

  private void end() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new BenchException("the server has not stopped in " + STOP_LIMIT + "\n" + tail());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
