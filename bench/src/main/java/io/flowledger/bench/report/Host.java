package io.flowledger.bench.report;

import io.flowledger.deploy.config.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Host of a benchmark, without which its result is worth nothing: machine, version, command. */
public final class Host {

  private static final long MIB = 1 << 20;
  private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*: *(.*)$");
  private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s*([0-9]+) kB$");

  private Host() {}

  /** The first lines of every report. */
  static List<String> lines(List<String> arguments) {
    return List.of(
        "machine  %d cores (%s), %s RAM, %s %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                processor(),
                memory(),
                System.getProperty("os.name"),
                System.getProperty("os.version")),
        "jvm      %s %s"
            .formatted(System.getProperty("java.vm.name"), System.getProperty("java.vm.version")),
        "date     "
            + ZonedDateTime.now(ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")),
        "version  " + Version.current() + commit().map(hash -> ", commit " + hash).orElse(""),
        "command  bench/run " + String.join(" ", arguments));
  }

  private static String processor() {
    return first(Path.of("/proc/cpuinfo"), MODEL).orElse(System.getProperty("os.arch"));
  }

  private static String memory() {
    return first(Path.of("/proc/meminfo"), MEMORY)
        .map(kib -> Table.count(Long.parseLong(kib) / 1024.0) + " MB")
        .orElse("unknown");
  }

  private static Optional<String> first(Path file, Pattern pattern) {
    try {
      Matcher matcher = pattern.matcher(Files.readString(file));
      return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    } catch (IOException notThisSystem) {
      return Optional.empty();
    }
  }

  /** Of the sources that stand beside the jar, where they are under version control. */
  private static Optional<String> commit() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty")
              .directory(Bench.root().toFile())
              .redirectErrorStream(true)
              .start();
      String output =
          new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      boolean ended = git.waitFor(5, TimeUnit.SECONDS);
      return ended && git.exitValue() == 0 ? Optional.of(output.strip()) : Optional.empty();
    } catch (IOException noGit) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Memory that is resident, in MB, where the system tells. */
  public static Optional<Double> residentMb(long pid) {
    return first(
            Path.of("/proc", Long.toString(pid), "status"),
            Pattern.compile("(?m)^VmRSS:\\s*([0-9]+) kB$"))
        .map(kib -> Long.parseLong(kib) * 1024.0 / MIB);
  }
}
