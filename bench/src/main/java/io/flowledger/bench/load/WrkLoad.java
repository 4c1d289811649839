package io.flowledger.bench.load;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Loads with wrk, which needs less CPU than anything in Java. */
public final class WrkLoad implements LoadGenerator {

  private static final Duration LIMIT_OVER_TIME = Duration.ofSeconds(25);
  private static final int ANSWER_LIMIT_SECONDS = 10;
  private static final double MICROS = 1000;
  private static final Pattern RESULT =
      Pattern.compile("(?m)^" + WrkScript.MARK + "((?: [0-9]+){11})$");

  private final Bench bench;

  public WrkLoad(Bench bench) {
    this.bench = bench;
    try {
      Process probe = new ProcessBuilder("wrk", "--version").redirectErrorStream(true).start();
      probe.getInputStream().readAllBytes();
      probe.waitFor();
    } catch (IOException e) {
      throw new BenchException(
          "there is no wrk here; install it (Debian: apt-get install wrk), or leave out"
              + " --generator",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  @Override
  public LoadResult run(
      URI server, Operation operation, int connections, Duration time, long firstNumber) {
    Path script = bench.file(operation.name() + ".lua");
    long seconds = Math.max(1, Math.round(time.toMillis() / 1000.0));
    try {
      Files.writeString(script, WrkScript.of(operation, server.getAuthority(), firstNumber));
      Process wrk =
          new ProcessBuilder(
                  "wrk",
                  "-t1",
                  "-c" + connections,
                  "-d" + seconds + "s",
                  "--timeout",
                  ANSWER_LIMIT_SECONDS + "s",
                  "--latency",
                  "-s",
                  script.toString(),
                  server.toString())
              .redirectErrorStream(true)
              .redirectOutput(script.resolveSibling(script.getFileName() + ".out").toFile())
              .start();
      AutoCloseable kill = bench.closing(wrk::destroyForcibly);
      if (!wrk.waitFor(seconds + LIMIT_OVER_TIME.toSeconds(), TimeUnit.SECONDS)) {
        kill.close();
        throw new BenchException("no end of wrk with " + operation.name());
      }
      String output =
          Files.readString(
              script.resolveSibling(script.getFileName() + ".out"), StandardCharsets.UTF_8);
      return parse(output)
          .orElseThrow(() -> new BenchException("wrk has failed:\n" + output.strip()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (BenchException e) {
      throw e;
    } catch (Exception e) {
      throw new BenchException("cannot run wrk: " + e, e);
    }
  }

  /** The line of numbers that the script prints at the end; empty when there is none. */
  static Optional<LoadResult> parse(String output) {
    Matcher result = RESULT.matcher(output);
    if (!result.find()) {
      return Optional.empty();
    }
    long[] numbers =
        Pattern.compile(" ")
            .splitAsStream(result.group(1).strip())
            .mapToLong(Long::parseLong)
            .toArray();
    Map<String, Long> failures = new LinkedHashMap<>();
    String[] kinds = {"connect", "read", "write", "status not 2xx", "timeout"};
    for (int i = 0; i < kinds.length; i++) {
      if (numbers[3 + i] > 0) {
        failures.put(kinds[i], numbers[3 + i]);
      }
    }
    return Optional.of(
        new LoadResult(
            numbers[0],
            numbers[1] / 1e6,
            numbers[2],
            numbers[8] / MICROS,
            numbers[9] / MICROS,
            numbers[10] / MICROS,
            failures));
  }

  @Override
  public void close() {}
}
