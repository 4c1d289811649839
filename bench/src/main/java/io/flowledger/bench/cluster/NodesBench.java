package io.flowledger.bench.cluster;

import io.flowledger.bench.cluster.process.Cluster;
import io.flowledger.bench.cluster.process.Network;
import io.flowledger.bench.cluster.process.Node;
import io.flowledger.bench.data.World;
import io.flowledger.bench.load.LoadResult;
import io.flowledger.bench.load.Operation;
import io.flowledger.bench.load.VertxLoad;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.Table;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What it costs that several nodes answer instead of one: a node on its own, and several others, on
 * the same brokers, under the same load alternately; and a point read that is forwarded, beside one
 * that is not.
 */
public final class NodesBench {

  /**
   * What is measured.
   *
   * @param rounds in which both have their turn
   * @param warmup of each node before
   * @param time of each measurement
   */
  public record Settings(
      Cluster.Size size,
      int connections,
      int flows,
      int rounds,
      Duration warmup,
      Duration time,
      List<String> serverOptions) {}

  private static final String APART = "apart.";
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final List<Integer> READERS = List.of(1, 16);
  private static final int NUMBERS_PER_LOAD = 100_000_000;
  private static final int SLICES = 3;

  private final Bench bench;
  private final Settings settings;
  private final VertxLoad generator;
  private long loads;

  private NodesBench(Bench bench, Settings settings) {
    this.bench = bench;
    this.settings = settings;
    this.generator = bench.closing(new VertxLoad());
  }

  public static void run(Bench bench, Settings settings) {
    new NodesBench(bench, settings).run();
  }

  /** Servers that all answer the same, and what they have. */
  private record Side(List<URI> urls, World world) {}

  private void run() {
    Cluster cluster =
        Cluster.start(bench, settings.size(), Network.loopback(), settings.serverOptions());
    Node apart = cluster.addApart(APART);
    apart.awaitReady(Cluster.READY_LIMIT);
    cluster.startNodes(Cluster.READY_LIMIT);
    Side one = side(List.of(apart.url()));
    Side several = side(cluster.nodes().stream().map(Node::url).toList());
    for (int slice = 0; slice < SLICES; slice++) {
      warmUp(one);
      warmUp(several);
    }
    bench.print(mixed(one, several));
    bench.print(reads(one, several));
  }

  private Side side(List<URI> urls) {
    bench.progress("preparing runs and tasks at " + urls.get(0));
    return new Side(urls, World.prepare(urls.get(0), settings.flows()));
  }

  /** Every node compiles its code by itself: several need several times as long. */
  private void warmUp(Side side) {
    Duration each = settings.warmup().multipliedBy(side.urls().size()).dividedBy(2L * SLICES);
    load(side.urls(), side.world().operation(World.MIXED), settings.connections(), each);
    load(side.urls(), side.world().operation(World.GET_TASK), settings.connections(), each);
  }

  private LoadResult load(List<URI> urls, Operation operation, int connections, Duration time) {
    LoadResult result =
        generator.run(urls, operation, connections, time, ++loads * NUMBERS_PER_LOAD);
    if (result.failed() > 0) {
      bench.failed("%s at %s: %s".formatted(operation.name(), urls, result.failuresText()));
    }
    return result;
  }

  // ---- the mixed load --------------------------------------------------------------------------

  private Table mixed(Side one, Side several) {
    Table table =
        new Table(
            "Mixed load: one node, and %d, on the same brokers".formatted(several.urls().size()),
            "round",
            "one, req/s",
            "several, req/s",
            "of one",
            "one, p99 ms",
            "several, p99 ms");
    double rates = 0;
    double ofOne = 0;
    for (int round = 1; round <= settings.rounds(); round++) {
      LoadResult alone = mixed(one);
      LoadResult shared = mixed(several);
      ofOne += alone.rate();
      rates += shared.rate();
      table.row(
          round,
          Table.count(alone.rate()),
          Table.count(shared.rate()),
          Table.ratio(shared.rate(), alone.rate()),
          Table.decimal(alone.p99(), 1),
          Table.decimal(shared.p99(), 1));
    }
    int rounds = settings.rounds();
    table.row(
        "mean",
        Table.count(ofOne / rounds),
        Table.count(rates / rounds),
        Table.ratio(rates, ofOne),
        "",
        "");
    return table
        .note(
            "%d connections, shared out to the nodes in turns; writes to %d flows, reads of one"
                .formatted(settings.connections(), settings.flows()))
        .note(
            "%d brokers, %d partitions; all nodes run all the time, on one machine"
                .formatted(settings.size().brokers(), settings.size().partitions()));
  }

  private LoadResult mixed(Side side) {
    Operation operation = side.world().operation(World.MIXED);
    load(side.urls(), operation, settings.connections(), SETTLE);
    return load(side.urls(), operation, settings.connections(), settings.time());
  }

  // ---- point reads -----------------------------------------------------------------------------

  private Table reads(Side one, Side several) {
    Table table =
        new Table(
            "Point reads, p50 in ms",
            "connections",
            "one node",
            "of the owner",
            "forwarded",
            "forwarded, more");
    for (int connections : READERS) {
      double alone = read(one, one.urls().get(0), connections);
      List<List<Double>> rounds = new ArrayList<>();
      for (int round = 0; round < settings.rounds(); round++) {
        rounds.add(several.urls().stream().map(url -> read(several, url, connections)).toList());
      }
      List<Double> nodes = new ArrayList<>();
      for (int node = 0; node < several.urls().size(); node++) {
        int index = node;
        nodes.add(median(rounds.stream().map(round -> round.get(index)).toList()));
      }
      nodes.sort(Comparator.naturalOrder());
      double owner = nodes.get(0);
      double forwarded = nodes.get(nodes.size() - 1);
      table.row(
          connections,
          Table.decimal(alone, 3),
          Table.decimal(owner, 3),
          Table.decimal(forwarded, 3),
          Table.decimal(forwarded - owner, 3));
    }
    return table.note(
        "all tasks are of one flow: its owner is the fastest node, forwarded is what the slowest"
            + " does; medians of %d rounds".formatted(settings.rounds()));
  }

  private double read(Side side, URI url, int connections) {
    Operation operation = side.world().operation(World.GET_TASK);
    return load(List.of(url), operation, connections, settings.time()).p50();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
