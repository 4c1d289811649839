package io.flowledger.bench;

import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.TailsBench;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run tails}. */
@Command(
    name = "tails",
    description =
        "Many clients follow one busy run: from the sending of an event to its arrival at all of"
            + " them, and what others can write meanwhile.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class TailsCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--tails",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many clients follow; 1000 by default.")
  private int tails;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "500",
      description = "Events a second; 500 by default.")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long each part is measured; 10 by default.")
  private int seconds;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "20",
      description = "How long to load the server before each kind of part; 20 by default.")
  private int warmUp;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--tails", tails, 1, 5000);
    Ranges.check(spec, "--rate", rate, 1, 10_000);
    Ranges.check(spec, "--seconds", seconds, 1, 600);
    Ranges.check(spec, "--warmup", warmUp, 0, 600);
    TailsBench.Load load =
        new TailsBench.Load(tails, rate, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
    return report.run(spec, bench -> TailsBench.run(bench, server.options(), load));
  }
}
