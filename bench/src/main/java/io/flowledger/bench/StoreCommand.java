package io.flowledger.bench;

import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.StoreBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run store}. */
@Command(
    name = "store",
    description =
        "The ceiling of reads: puts, gets and scans of RocksDB itself; beside it those of the view"
            + " and a long list over HTTP.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class StoreCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Rows of the raw store; 1000000 by default.")
  private int rows;

  @Option(
      names = "--tasks",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Tasks of the step that is listed; 100000 by default.")
  private int tasks;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "Time of each row of the table; 3 by default.")
  private double seconds;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--rows", rows, 1, 100_000_000);
    Ranges.check(spec, "--tasks", tasks, 1, 10_000_000);
    Ranges.check(spec, "--seconds", seconds, 0.1, 600);
    return report.run(
        spec,
        bench -> StoreBench.run(bench, server.options(), rows, tasks, Ranges.millis(seconds)));
  }
}
