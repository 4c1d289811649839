package io.flowledger.bench;

import io.flowledger.bench.cluster.ClusterTrial;
import io.flowledger.bench.cluster.fault.Kind;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/run cluster}. */
@Command(
    name = "cluster",
    description = {
      "Brokers and nodes, each a process of its own, under constant load, and faults one after the"
          + " other. Everything that clients are told is recorded, and checked at the end: nothing"
          + " acknowledged is lost, nothing is given twice, one winner, no stale read, tails without"
          + " gap or repetition, the same bytes from every node.",
      "Exits with 1 when anything was wrong; logs and history are kept then, in"
          + " bench/target/cluster-SEED. Faults:",
      "  kill-node    kill -9 of a node, and started again",
      "  kill-broker  kill -9 of a broker, and started again",
      "  stop-node    a node is stopped with SIGTERM, and started again",
      "  add-node     a node more, which goes away again",
      "  pause-node   a node is stopped with SIGSTOP for --pause seconds, and goes on",
      "  cut-brokers  a node reaches no broker for a while (as root, with network namespaces)",
      "  cut-peers    a node reaches no other node for a while (the same)",
      "  cut-machine  a node and the broker that coordinates the group reach nobody else for a while"
          + " (the same)",
      "  wipe-node    kill -9 of a node, and its disk is empty when it starts again",
      "  rolling      all nodes are restarted, one after the other"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ClusterCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "5",
      description = "How long faults happen; 5 by default. Starting and reading back come on top.")
  private double minutes;

  @Option(
      names = "--faults",
      paramLabel = "LIST",
      split = ",",
      description = "Which, with commas between; all by default; 'none' for none.")
  private List<String> faults = List.of(Kind.options().split(","));

  @Option(
      names = "--pause",
      paramLabel = "S",
      defaultValue = "30",
      description = "How long a node stands still; 30 by default.")
  private double pause;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "40",
      description =
          "Steps of all clients together, each one or two requests, a second; 40 by" + " default.")
  private double rate;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "8",
      description = "Clients that write and read one request after the other; 8 by default.")
  private int clients;

  @Option(
      names = "--probe",
      paramLabel = "S",
      defaultValue = "0.5",
      description = "Time between two probes of one partition at one node; 0.5 by default.")
  private double probe;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final ReportOptions report = new ReportOptions();

  @Override
  public Integer call() {
    cluster.check(spec);
    Ranges.check(spec, "--minutes", minutes, 0.1, 24 * 60);
    Ranges.check(spec, "--pause", pause, 1, 600);
    Ranges.check(spec, "--rate", rate, 1, 10_000);
    Ranges.check(spec, "--clients", clients, 1, 200);
    Ranges.check(spec, "--probe", probe, 0.02, 60);
    long seed = cluster.seed();
    ClusterTrial.Settings settings =
        new ClusterTrial.Settings(
            cluster.size(),
            ClusterOptions.load(clients, rate, Ranges.millis(probe).toMillis(), seed),
            kinds(),
            seed,
            Ranges.millis(minutes * 60),
            Ranges.millis(pause),
            cluster.serverOptions());
    return report.run(spec, bench -> ClusterTrial.run(bench, settings));
  }

  private List<Kind> kinds() {
    if (faults.equals(List.of("none"))) {
      return List.of();
    }
    return faults.stream().map(this::kind).toList();
  }

  private Kind kind(String option) {
    return Kind.of(option)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "no fault '%s'; there are %s".formatted(option, Kind.options())));
  }
}
