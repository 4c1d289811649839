package io.flowledger.bench;

import io.flowledger.bench.cluster.NodesBench;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run nodes}. */
@Command(
    name = "nodes",
    description =
        "One node and several on the same brokers, under the same mixed load alternately; and point"
            + " reads that are forwarded, beside those that are not.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class NodesCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "64",
      description = "Of the mixed load; 64 by default.")
  private int connections;

  @Option(
      names = "--flows",
      paramLabel = "N",
      defaultValue = "12",
      description = "Flows that writes are spread over; 12 by default.")
  private int flows;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Turns of each; 3 by default.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Time of each measurement; 10 by default.")
  private double seconds;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "60",
      description = "Load before anything is measured, for each node; 60 by default.")
  private double warmup;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    cluster.check(spec);
    Ranges.check(spec, "--connections", connections, 1, 10_000);
    Ranges.check(spec, "--flows", flows, 1, 100);
    Ranges.check(spec, "--rounds", rounds, 1, 100);
    Ranges.check(spec, "--seconds", seconds, 0.1, 600);
    Ranges.check(spec, "--warmup", warmup, 0.6, 600);
    NodesBench.Settings settings =
        new NodesBench.Settings(
            cluster.size(),
            connections,
            flows,
            rounds,
            Ranges.millis(warmup),
            Ranges.millis(seconds),
            cluster.serverOptions());
    return report.run(spec, bench -> NodesBench.run(bench, settings));
  }
}
