package io.flowledger.bench;

import io.flowledger.bench.run.JmhBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench/run jmh}. */
@Command(
    name = "jmh",
    description =
        "The code on the hot paths, by JMH: projection, keys, rendering, serialization; time and"
            + " allocated bytes per operation.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class JmhCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      defaultValue = ".*",
      description = "Regular expression that names of benchmarks match; all by default.")
  private String pattern = ".*";

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "2",
      description = "JVMs for each benchmark; 2 by default.")
  private int forks;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "1",
      description = "Time of each of 3 warm-ups and 5 measurements; 1 by default.")
  private double seconds;

  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--forks", forks, 1, 20);
    Ranges.check(spec, "--seconds", seconds, 0.1, 600);
    return report.run(spec, bench -> JmhBench.run(bench, pattern, forks, Ranges.millis(seconds)));
  }
}
