package io.flowledger.bench;

import io.flowledger.bench.cluster.load.Load;
import io.flowledger.bench.cluster.process.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Options of what starts a cluster. */
final class ClusterOptions {

  private static final Pattern SPACES = Pattern.compile("\\s+");

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Flowledger nodes; 3 by default.")
  private int nodes;

  @Option(
      names = "--brokers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Kafka brokers; 3 by default.")
  private int brokers;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Partitions of the log; 6 by default.")
  private int partitions;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "384m",
      description = "Largest heap of a node; 384m by default.")
  private String heap = "";

  @Option(
      names = "--broker-heap",
      paramLabel = "SIZE",
      defaultValue = "320m",
      description = "Largest heap of a broker; 320m by default.")
  private String brokerHeap = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides the faults and their order; any by default, which is printed.")
  private @Nullable Long seed;

  @Option(
      names = "--server-opts",
      paramLabel = "OPTIONS",
      defaultValue = "",
      description = "More options of 'flowledger serve', separated by spaces.")
  private String serverOptions = "";

  void check(CommandSpec spec) {
    Ranges.check(spec, "--nodes", nodes, 1, 9);
    Ranges.check(spec, "--brokers", brokers, 1, 9);
    Ranges.check(spec, "--partitions", partitions, 1, 100);
  }

  Cluster.Size size() {
    return new Cluster.Size(brokers, nodes, partitions, heap, brokerHeap);
  }

  long seed() {
    return seed == null ? System.currentTimeMillis() % 1_000_000 : seed;
  }

  List<String> serverOptions() {
    return serverOptions.isBlank()
        ? List.of()
        : SPACES.splitAsStream(serverOptions.strip()).toList();
  }

  static Load.Settings load(int workers, double rate, long probeMillis, long seed) {
    return new Load.Settings(workers, rate, Duration.ofMillis(probeMillis), seed);
  }
}
