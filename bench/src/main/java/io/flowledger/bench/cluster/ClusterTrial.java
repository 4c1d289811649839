package io.flowledger.bench.cluster;

import io.flowledger.bench.cluster.check.Checker;
import io.flowledger.bench.cluster.check.History;
import io.flowledger.bench.cluster.check.Violation;
import io.flowledger.bench.cluster.client.Target;
import io.flowledger.bench.cluster.fault.Episode;
import io.flowledger.bench.cluster.fault.Faults;
import io.flowledger.bench.cluster.fault.Kind;
import io.flowledger.bench.cluster.fault.Schedule;
import io.flowledger.bench.cluster.load.Load;
import io.flowledger.bench.cluster.process.Cluster;
import io.flowledger.bench.cluster.process.Namespaces;
import io.flowledger.bench.cluster.process.Network;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Faults one after the other under constant load, and whether clients have noticed. */
public final class ClusterTrial {

  /**
   * What is tried.
   *
   * @param time of the faults; what is under way at its end goes on to its end
   * @param pause how long a node stands still
   * @param serverOptions more options of the nodes
   */
  public record Settings(
      Cluster.Size size,
      Load.Settings load,
      List<Kind> faults,
      long seed,
      Duration time,
      Duration pause,
      List<String> serverOptions) {}

  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final int VIOLATIONS_TOLD = 20;

  private final Bench bench;
  private final Settings settings;
  private final Map<Kind, String> leftOut = new LinkedHashMap<>();
  private final List<Episode> episodes = new ArrayList<>();

  private ClusterTrial(Bench bench, Settings settings) {
    this.bench = bench;
    this.settings = settings;
  }

  public static void run(Bench bench, Settings settings) {
    new ClusterTrial(bench, settings).run();
  }

  private void run() {
    bench.progress("seed " + settings.seed() + "; --seed repeats the same faults");
    Network network = network(bench, settings.faults().stream().anyMatch(Kind::cuts));
    List<Kind> kinds = possible(network.canCut());
    bench.progress(
        "starting %d brokers and %d nodes"
            .formatted(settings.size().brokers(), settings.size().nodes()));
    Cluster cluster = Cluster.start(bench, settings.size(), network, settings.serverOptions());
    cluster.startNodes(Cluster.READY_LIMIT);
    if (!cluster.forwards() && settings.size().nodes() > 1) {
      bench.progress("this build has no --internal-port: nodes answer for each other with 503");
    }
    Load load = load(bench, cluster, settings.load());
    long begin = System.nanoTime();
    Bench.sleep(WARM_UP);
    faults(cluster, load, kinds, begin);
    long end = System.nanoTime();
    History history = load.finish();
    load.close();
    List<Violation> violations = Checker.check(history);
    bench.progress("%d calls checked".formatted(history.calls().size()));
    TrialReport report = new TrialReport(settings, episodes, leftOut, load, violations, begin, end);
    bench.print(report.table(history.calls().size()));
    judge(cluster, history, violations, load);
  }

  private void faults(Cluster cluster, Load load, List<Kind> kinds, long begin) {
    Faults faults = new Faults(bench, cluster, load, settings.pause());
    Schedule schedule = new Schedule(kinds, settings.seed());
    while (System.nanoTime() - begin < settings.time().toNanos()) {
      if (kinds.isEmpty()) {
        Bench.sleep(Duration.ofMillis(500));
      } else {
        episodes.add(faults.perform(schedule.next()));
      }
    }
  }

  static Load load(Bench bench, Cluster cluster, Load.Settings settings) {
    return bench.closing(
        new Load(
            bench,
            () ->
                cluster.nodes().stream().map(node -> new Target(node.name(), node.url())).toList(),
            cluster.size().partitions(),
            settings));
  }

  /** Namespaces where they are needed and can be had. */
  private static Network network(Bench bench, boolean cuts) {
    if (!cuts) {
      return Network.loopback();
    }
    try {
      return Namespaces.create();
    } catch (BenchException e) {
      bench.progress("NO NETWORK NAMESPACES HERE, which need root and ip: " + e.getMessage());
      return Network.loopback();
    }
  }

  private List<Kind> possible(boolean cuts) {
    List<Kind> possible = new ArrayList<>();
    for (Kind kind : settings.faults()) {
      String why = Faults.impossible(kind, settings.size(), cuts);
      if (why.isEmpty()) {
        possible.add(kind);
      } else {
        leftOut.put(kind, why);
        bench.progress("LEFT OUT: %s, which %s".formatted(kind.option(), why));
      }
    }
    return possible;
  }

  private void judge(Cluster cluster, History history, List<Violation> violations, Load load) {
    load.tally().failures().stream()
        .limit(VIOLATIONS_TOLD)
        .forEach(failure -> bench.failed("a client: " + failure.what()));
    told(bench, violations);
    if (bench.hasFailed()) {
      Evidence.keep(bench, settings.seed(), cluster, history, episodes, violations);
    }
  }

  /** Violations of one kind about one thing are told once. */
  static void told(Bench bench, List<Violation> violations) {
    Map<String, List<Violation>> alike =
        violations.stream()
            .collect(
                Collectors.groupingBy(
                    violation -> violation.kind() + " " + violation.identity(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    alike.values().stream()
        .limit(VIOLATIONS_TOLD)
        .forEach(
            same ->
                bench.failed(
                    same.get(0)
                        + (same.size() > 1 ? " (and %d more)".formatted(same.size() - 1) : "")));
    if (alike.size() > VIOLATIONS_TOLD) {
      bench.failed("and violations about %d things more".formatted(alike.size() - VIOLATIONS_TOLD));
    }
  }
}
