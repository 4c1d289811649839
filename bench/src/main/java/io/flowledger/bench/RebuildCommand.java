package io.flowledger.bench;

import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.RebuildBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run rebuild}. */
@Command(
    name = "rebuild",
    description =
        "Writes events straight to the log, lets a server make its views of them, and starts it"
            + " again after a stop and after a kill.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class RebuildCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Events of the log; 1000000 by default, which are 2 GB with their views.")
  private long events;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--events", events, 1, 1e9);
    return report.run(
        spec, bench -> RebuildBench.run(bench, server.options(), server.durability(), events));
  }
}
