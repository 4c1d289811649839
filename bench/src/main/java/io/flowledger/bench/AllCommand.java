package io.flowledger.bench;

import io.flowledger.bench.data.World;
import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.run.HttpBench;
import io.flowledger.bench.run.JmhBench;
import io.flowledger.bench.run.LogBench;
import io.flowledger.bench.run.RebuildBench;
import io.flowledger.bench.run.StartupBench;
import io.flowledger.bench.run.StoreBench;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run all}. */
@Command(
    name = "all",
    description = {
      "Everything, short: http, log, store, rebuild, startup, jmh. Takes about eight minutes.",
      "The commands themselves take longer, and tell more."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class AllCommand implements Callable<Integer> {

  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration JMH = Duration.ofMillis(400);
  private static final int ROWS = 500_000;
  private static final int TASKS = 100_000;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--connections",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,64",
      description = "Numbers of connections; 1,64 by default.")
  private List<Integer> connections = List.of();

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "300000",
      description = "Events of the rebuild; 300000 by default.")
  private long events;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "60",
      description = "Load before HTTP is measured; 60 by default.")
  private double warmup;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "Time of each cell of the HTTP table; 2 by default.")
  private double seconds;

  @Option(
      names = "--generator",
      paramLabel = "builtin|wrk",
      defaultValue = "builtin",
      description = "What makes the load; builtin by default.")
  private HttpBench.Generator generator = HttpBench.Generator.BUILTIN;

  @Mixin private final ServerOptions server = new ServerOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    Ranges.check(spec, "--events", events, 1, 1e9);
    Ranges.check(spec, "--warmup", warmup, 0, 600);
    Ranges.check(spec, "--seconds", seconds, 0.1, 600);
    connections.forEach(number -> Ranges.check(spec, "--connections", number, 1, 10_000));
    HttpBench.Config http =
        new HttpBench.Config(
            Optional.empty(),
            Optional.empty(),
            server.options(),
            generator,
            List.copyOf(connections),
            World.OPERATIONS,
            true,
            Ranges.millis(warmup),
            Ranges.millis(seconds),
            1,
            0);
    return report.run(
        spec,
        bench -> {
          HttpBench.run(bench, http);
          LogBench.run(bench, SHORT);
          StoreBench.run(bench, server.options(), ROWS, TASKS, SHORT);
          RebuildBench.run(bench, server.options(), server.durability(), events);
          StartupBench.run(bench, server.options(), 1);
          JmhBench.run(bench, ".*", 1, JMH);
        });
  }
}
