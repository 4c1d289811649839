package io.flowledger.bench;

import io.flowledger.bench.run.LogBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run log}. */
@Command(
    name = "log",
    description =
        "The ceiling of writes: Kafka's producer against the embedded Kafka, for both kinds of"
            + " durability.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class LogCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "Time of each row of the table; 3 by default.")
  private double seconds;

  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--seconds", seconds, 0.1, 600);
    return report.run(spec, bench -> LogBench.run(bench, Ranges.millis(seconds)));
  }
}
