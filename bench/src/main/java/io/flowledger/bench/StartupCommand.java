package io.flowledger.bench;

import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.StartupBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run startup}. */
@Command(
    name = "startup",
    description =
        "From the start of the process to the first answered POST and to all ready: on empty data,"
            + " after a stop, after a kill; with and without the launcher's archive of classes.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class StartupCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each start is measured; 3 by default.")
  private int repeat;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--repeat", repeat, 1, 100);
    return report.run(spec, bench -> StartupBench.run(bench, server.options(), repeat));
  }
}
