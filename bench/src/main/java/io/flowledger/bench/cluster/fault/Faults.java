package io.flowledger.bench.cluster.fault;

import io.flowledger.bench.cluster.load.Load;
import io.flowledger.bench.cluster.process.Broker;
import io.flowledger.bench.cluster.process.Cluster;
import io.flowledger.bench.cluster.process.Node;
import io.flowledger.bench.report.Bench;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Does to a cluster what a schedule says, and waits until everything is well again. */
public final class Faults {

  private static final Duration READY_LIMIT = Duration.ofSeconds(120);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration ANSWERS_LIMIT = Duration.ofSeconds(90);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final int CUT_MORE_MS = 10_000; // longer than a session of the group
  private static final int STAY_MORE_MS = 10_000;

  private final Bench bench;
  private final Cluster cluster;
  private final Load load;
  private final Duration pause;

  /**
   * @param pause how long a node stands still
   */
  public Faults(Bench bench, Cluster cluster, Load load, Duration pause) {
    this.bench = bench;
    this.cluster = cluster;
    this.load = load;
    this.pause = pause;
  }

  /** Returns when everything is answered again. */
  public Episode perform(Schedule.Step step) {
    Bench.sleep(Duration.ofMillis(step.quietMillis()));
    long from = System.nanoTime();
    List<Node> nodes = cluster.nodes();
    Node node = nodes.get(step.victim() % nodes.size());
    List<Broker> brokers = cluster.brokers();
    Broker broker = brokers.get(step.victim() % brokers.size());
    String whom =
        switch (step.kind()) {
          case KILL_BROKER -> broker.name();
          case ADD_NODE, ROLLING -> "all";
          default -> node.name();
        };
    bench.progress("%s: %s".formatted(step.kind().option(), whom));
    boolean alone = nodes.size() == 1; // clients wait for 15 seconds only
    Duration hold = Duration.ofMillis(step.holdMillis());
    Duration down = alone ? Duration.ZERO : hold;
    switch (step.kind()) {
      case KILL_NODE -> kill(node, down, false);
      case CUT_MACHINE -> cutMachine(node, hold.plusMillis(CUT_MORE_MS));
      case WIPE_NODE -> kill(node, down, true);
      case KILL_BROKER -> kill(broker, hold);
      case STOP_NODE -> restart(node, down);
      case ADD_NODE -> add(hold.plusMillis(STAY_MORE_MS));
      case PAUSE_NODE -> pause(node);
      case CUT_BROKERS -> cutFromBrokers(node, hold.plusMillis(CUT_MORE_MS));
      case CUT_PEERS -> cutFromPeers(node, hold.plusMillis(CUT_MORE_MS));
      case ROLLING -> nodes.forEach(each -> restart(each, Duration.ZERO));
    }
    awaitAll(step.kind().option() + " of " + whom);
    Bench.sleep(SETTLE);
    return new Episode(step.kind(), whom, from, System.nanoTime());
  }

  private void awaitAll(String after) {
    cluster.awaitReady();
    List<String> missing = load.awaitAnswers(System.nanoTime(), ANSWERS_LIMIT);
    if (!missing.isEmpty()) {
      bench.failed(
          "%s: not answered %s after it: %s"
              .formatted(after, ANSWERS_LIMIT.toSeconds() + " s", missing));
    }
  }

  // ---- nodes -----------------------------------------------------------------------------------

  private void kill(Node node, Duration hold, boolean wipe) {
    load.serving().end(node.name());
    node.kill();
    if (wipe) {
      node.wipe();
    }
    Bench.sleep(hold);
    begin(node);
  }

  private void begin(Node node) {
    node.start();
    serves(node);
  }

  private void serves(Node node) {
    node.awaitReady(READY_LIMIT);
    load.serving().begin(node.name());
  }

  private void restart(Node node, Duration hold) {
    load.serving().end(node.name());
    if (!node.stop(STOP_LIMIT)) {
      bench.failed("%s has not stopped in %s s".formatted(node.name(), STOP_LIMIT.toSeconds()));
    }
    Bench.sleep(hold);
    begin(node);
    awaitAll("restart of " + node.name());
  }

  private void add(Duration stay) {
    Node node = cluster.add();
    bench.progress("  " + node.name() + " is new");
    serves(node);
    Bench.sleep(stay);
    load.serving().end(node.name());
    if (!node.stop(STOP_LIMIT)) {
      bench.failed("%s has not stopped in %s s".formatted(node.name(), STOP_LIMIT.toSeconds()));
    }
    cluster.remove(node);
  }

  private void pause(Node node) {
    load.serving().end(node.name());
    node.pause();
    try {
      Bench.sleep(pause);
    } finally {
      node.resume();
    }
    serves(node);
  }

  // ---- the network -----------------------------------------------------------------------------

  private void cutFromBrokers(Node node, Duration hold) {
    cut(node, cluster.brokers().stream().map(Broker::name).toList(), hold);
  }

  private void cutFromPeers(Node node, Duration hold) {
    cut(
        node,
        cluster.nodes().stream()
            .map(Node::name)
            .filter(other -> !other.equals(node.name()))
            .toList(),
        hold);
  }

  /**
   * The coordinator does not learn that it is none any more, and tells the node that all is well.
   */
  private void cutMachine(Node node, Duration hold) {
    Broker coordinator = cluster.coordinator();
    bench.progress("  with " + coordinator.name());
    List<String> there = List.of(node.name(), coordinator.name());
    List<String> others =
        Stream.concat(
                cluster.brokers().stream().map(Broker::name),
                cluster.nodes().stream().map(Node::name))
            .filter(name -> !there.contains(name))
            .toList();
    cut(node, there, others, hold);
    cluster.awaitBrokers();
  }

  private void cut(Node node, List<String> others, Duration hold) {
    cut(node, List.of(node.name()), others, hold);
  }

  private void cut(Node node, List<String> members, List<String> others, Duration hold) {
    load.serving().end(node.name());
    try {
      for (String member : members) {
        others.forEach(other -> cluster.network().cut(member, other));
      }
      Bench.sleep(hold);
    } finally {
      cluster.network().heal();
    }
    serves(node);
  }

  // ---- brokers ---------------------------------------------------------------------------------

  private void kill(Broker broker, Duration hold) {
    broker.kill();
    Bench.sleep(hold);
    broker.start();
    cluster.awaitBrokers();
  }

  /** Whether a kind of fault can be had here; otherwise why not. */
  public static String impossible(Kind kind, Cluster.Size size, boolean cuts) {
    if (kind.nodes() > size.nodes()) {
      return "needs %d nodes".formatted(kind.nodes());
    }
    if ((kind == Kind.KILL_BROKER || kind == Kind.CUT_MACHINE) && size.brokers() < 3) {
      return "needs 3 brokers, two of which go on";
    }
    return kind.cuts() && !cuts ? "needs network namespaces" : "";
  }
}
