package io.flowledger.bench;

import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.HistoryBench;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run history}. */
@Command(
    name = "history",
    description =
        "Reads the history of runs whose events lie together, or scattered among those of others,"
            + " in a long log.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class HistoryCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "5000000",
      description = "Events of the log; 5000000 by default, which are 10 GB with their views.")
  private long events;

  @Option(
      names = "--of-run",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Events of each run that is read; 1000 by default.")
  private int ofRun;

  @Option(
      names = "--every",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,10,100,1000000",
      description =
          "While a run takes place one in so many events is its own; a run for each, by default"
              + " 1,10,100 and evenly over the whole log.")
  private List<Long> every = List.of();

  @Option(
      names = "--times",
      paramLabel = "N",
      defaultValue = "30",
      description = "How often each is read; 30 by default.")
  private int times;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--events", events, 1000, 1e9);
    Ranges.check(spec, "--of-run", ofRun, 3, 10_000);
    Ranges.check(spec, "--times", times, 1, 10_000);
    every.forEach(n -> Ranges.check(spec, "--every", n, 1, 1e9));
    HistoryBench.Load load = new HistoryBench.Load(events, ofRun, every, times);
    return report.run(
        spec, bench -> HistoryBench.run(bench, server.options(), server.durability(), load));
  }
}
