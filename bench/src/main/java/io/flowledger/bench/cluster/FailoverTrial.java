package io.flowledger.bench.cluster;

import io.flowledger.bench.cluster.check.Checker;
import io.flowledger.bench.cluster.check.Violation;
import io.flowledger.bench.cluster.load.Load;
import io.flowledger.bench.cluster.process.Cluster;
import io.flowledger.bench.cluster.process.Network;
import io.flowledger.bench.cluster.process.Node;
import io.flowledger.bench.data.EventsLog;
import io.flowledger.bench.data.SampleEvents;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.bench.report.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Kills nodes one after the other, and measures when all partitions are answered again. */
public final class FailoverTrial {

  /**
   * What is measured.
   *
   * @param events that are in the log before the nodes start
   * @param between the return of a node and the next kill
   * @param warm whether a kill waits until every view has a standby that is close behind
   */
  public record Settings(
      Cluster.Size size,
      Load.Settings load,
      int kills,
      long events,
      Duration between,
      boolean warm,
      List<String> serverOptions) {}

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration WARM_LIMIT = Duration.ofMinutes(10);
  private static final long MOST_MISSING = 1000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
  private static final long SLOWEST_PER_SECOND = 1000;
  private static final double MILLIS = 1e6;

  private final Bench bench;
  private final Settings settings;
  private final List<Double> millis = new ArrayList<>();
  private final List<Double> untilWarm = new ArrayList<>();

  private FailoverTrial(Bench bench, Settings settings) {
    this.bench = bench;
    this.settings = settings;
  }

  public static void run(Bench bench, Settings settings) {
    new FailoverTrial(bench, settings).run();
  }

  private void run() {
    Cluster cluster =
        Cluster.start(bench, settings.size(), Network.loopback(), settings.serverOptions());
    if (settings.events() > 0) {
      preload(cluster);
    }
    cluster.startNodes(LIMIT.plusSeconds(settings.events() / SLOWEST_PER_SECOND));
    Load load = ClusterTrial.load(bench, cluster, settings.load());
    for (int i = 0; i < settings.kills(); i++) {
      if (settings.warm()) {
        awaitStandbys(cluster);
      }
      Bench.sleep(settings.between());
      kill(cluster, load, cluster.nodes().get(i % settings.size().nodes()));
    }
    List<Violation> violations = Checker.check(load.finish());
    ClusterTrial.told(bench, violations);
    load.close();
    print(load);
  }

  /** All nodes have to see them, so that it is nobody's old picture. */
  private void awaitStandbys(Cluster cluster) {
    long began = System.nanoTime();
    while (!cluster.nodes().stream().allMatch(node -> node.seesWarmStandbys(MOST_MISSING))) {
      if (System.nanoTime() - began > WARM_LIMIT.toNanos()) {
        throw new BenchException(
            "not every view has a standby close behind after " + WARM_LIMIT.toSeconds() + " s");
      }
      Bench.sleep(LOOK_AGAIN);
    }
    untilWarm.add((System.nanoTime() - began) / MILLIS);
  }

  private void preload(Cluster cluster) {
    int replication = Math.min(3, settings.size().brokers());
    try (EventsLog log =
        EventsLog.connect(cluster.bootstrap(), settings.size().partitions(), replication)) {
      EventsLog.Appended written = log.append(new SampleEvents(), settings.events());
      bench.progress(
          "wrote %s events at %s/s"
              .formatted(Table.count(written.events()), Table.count(written.rate())));
    }
  }

  private void kill(Cluster cluster, Load load, Node node) {
    boolean alone = settings.size().nodes() == 1;
    int owned = awaitOwner(node);
    load.serving().end(node.name());
    long moment = System.nanoTime();
    node.kill();
    if (alone) {
      node.start();
      load.serving().begin(node.name());
    }
    List<String> missing = load.awaitAnswers(moment, LIMIT);
    if (!missing.isEmpty()) {
      bench.failed("not answered %d s after the kill: %s".formatted(LIMIT.toSeconds(), missing));
    }
    Map<String, Long> firsts = load.answersAfter(moment);
    long last = firsts.values().stream().mapToLong(Long::longValue).max().orElse(moment);
    millis.add((last - moment) / MILLIS);
    bench.progress(
        "killed %s, owner of %d partitions: all are answered after %s s"
            .formatted(node.name(), owned, Table.decimal((last - moment) / 1e9, 2)));
    if (!alone) {
      node.start();
      node.awaitReady(LIMIT);
      load.serving().begin(node.name());
    }
    List<String> after = load.awaitAnswers(System.nanoTime(), LIMIT);
    if (!after.isEmpty()) {
      bench.failed(node.name() + " is back and does not answer: " + after);
    }
  }

  /** A node that came back gets partitions again, by itself; returns how many. */
  private int awaitOwner(Node node) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    int owned = node.partitions();
    while (owned == 0 && System.nanoTime() < deadline) {
      Bench.sleep(LOOK_AGAIN);
      owned = node.partitions();
    }
    if (owned == 0) {
      bench.failed("%s has got no partitions in %d s".formatted(node.name(), LIMIT.toSeconds()));
    }
    return owned;
  }

  private void print(Load load) {
    Collections.sort(millis);
    Table table =
        new Table("Failover after kill -9", "what", "seconds")
            .row("p50", seconds(millis.get((millis.size() - 1) / 2)))
            .row("p100", seconds(millis.get(millis.size() - 1)));
    if (!untilWarm.isEmpty()) {
      Collections.sort(untilWarm);
      table
          .row(
              "until standbys are close behind again, p50",
              seconds(untilWarm.get((untilWarm.size() - 1) / 2)))
          .row(
              "until standbys are close behind again, p100",
              seconds(untilWarm.get(untilWarm.size() - 1)));
    }
    bench.print(
        table
            .note(
                "from the kill until every partition was answered by every other node; %d kills"
                    .formatted(millis.size()))
            .note(
                "%s events in the log before, %d nodes, %d brokers, %d partitions; probes every %d"
                        .formatted(
                            Table.count(settings.events()),
                            settings.size().nodes(),
                            settings.size().brokers(),
                            settings.size().partitions(),
                            settings.load().probeInterval().toMillis())
                    + " ms")
            .note("requests that failed for good: %d".formatted(load.tally().failures().size())));
  }

  private static String seconds(double millis) {
    return Table.decimal(millis / 1000, 2);
  }
}
