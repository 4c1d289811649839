package io.flowledger.bench;

import io.flowledger.bench.cluster.FailoverTrial;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/run failover}. */
@Command(
    name = "failover",
    description =
        "Kills the nodes of a cluster one after the other, and measures how long it takes until"
            + " all partitions are answered again.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class FailoverCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many; 20 by default.")
  private int kills;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Events that are in the log before the nodes start; 1,000,000 by default.")
  private long events;

  @Option(
      names = "--between",
      paramLabel = "S",
      defaultValue = "10",
      description = "From the return of a node to the next kill; 10 by default.")
  private double between;

  @Option(
      names = "--cold",
      description = "Do not wait before a kill until every view has a standby close behind.")
  private boolean cold;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "10",
      description = "Steps of all clients together a second, beside the probes; 10 by default.")
  private double rate;

  @Option(
      names = "--probe",
      paramLabel = "S",
      defaultValue = "0.15",
      description = "Time between two probes of one partition at one node; 0.15 by default.")
  private double probe;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    cluster.check(spec);
    Ranges.check(spec, "--kills", kills, 1, 1000);
    Ranges.check(spec, "--events", events, 0, 1e9);
    Ranges.check(spec, "--between", between, 0, 600);
    Ranges.check(spec, "--rate", rate, 1, 10_000);
    Ranges.check(spec, "--probe", probe, 0.02, 60);
    FailoverTrial.Settings settings =
        new FailoverTrial.Settings(
            cluster.size(),
            ClusterOptions.load(2, rate, Ranges.millis(probe).toMillis(), cluster.seed()),
            kills,
            events,
            Ranges.millis(between),
            !cold && cluster.size().nodes() > 1,
            cluster.serverOptions());
    return report.run(spec, bench -> FailoverTrial.run(bench, settings));
  }
}
