package io.flowledger.bench.cluster.process;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.deploy.server.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/** Brokers and nodes; all end, and the network with them, when the benchmark does. */
public final class Cluster {

  /** How large it is. */
  public record Size(int brokers, int nodes, int partitions, String heap, String brokerHeap) {}

  private static final Duration BROKERS_LIMIT = Duration.ofSeconds(90);
  public static final Duration READY_LIMIT = Duration.ofSeconds(120);

  private final Bench bench;
  private final Size size;
  private final Network network;
  private final Path folder;
  private final NodeCommand command;
  private final List<Broker> brokers = new ArrayList<>();
  private final List<Node> nodes = new CopyOnWriteArrayList<>();
  private final List<String> bootstrap = new ArrayList<>();
  private final KafkaState state;
  private int started;

  private Cluster(Bench bench, Size size, Network network, List<String> serverOptions) {
    this.bench = bench;
    this.size = size;
    this.network = bench.closing(network);
    this.folder = bench.folder("cluster");
    try {
      Files.createDirectories(folder.resolve("logs"));
      Path secret =
          Files.createFile(
              folder.resolve("secret"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(secret, Uuid.randomUuid().toString(), StandardCharsets.UTF_8);
      this.command = new NodeCommand(size, secret, serverOptions);
    } catch (IOException e) {
      throw new BenchException("cannot write to " + folder + ": " + e, e);
    }
    makeBrokers();
    this.state = bench.closing(new KafkaState(bootstrap()));
  }

  /** Starts the brokers, and returns when they are well. */
  public static Cluster start(Bench bench, Size size, Network network, List<String> serverOptions) {
    Cluster cluster = new Cluster(bench, size, network, serverOptions);
    cluster.brokers.forEach(Broker::start);
    cluster.awaitBrokers();
    return cluster;
  }

  /** Starts the nodes, and returns when all are ready. */
  public void startNodes(Duration limit) {
    for (int i = 0; i < size.nodes(); i++) {
      Node node = add();
      if (i == 0) {
        node.awaitReady(limit); // it makes the topics
      }
    }
    nodes.forEach(node -> node.awaitReady(limit));
  }

  private void makeBrokers() {
    String clusterId = Uuid.randomUuid().toString();
    List<Integer> ports = IntStream.range(0, size.brokers()).mapToObj(i -> Ports.free()).toList();
    List<Integer> controllers =
        IntStream.range(0, size.brokers()).mapToObj(i -> Ports.free()).toList();
    String voters =
        IntStream.range(0, size.brokers())
            .mapToObj(i -> (i + 1) + "@" + network.host(broker(i)) + ":" + controllers.get(i))
            .collect(Collectors.joining(","));
    for (int i = 0; i < size.brokers(); i++) {
      String name = broker(i);
      List<String> line = new ArrayList<>(network.prefix(name));
      line.add(NodeCommand.java());
      line.addAll(List.of("-Xms64m", "-Xmx" + size.brokerHeap(), "-XX:+UseSerialGC"));
      line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"));
      line.addAll(List.of("-cp", System.getProperty("java.class.path")));
      line.add(KafkaBroker.class.getName());
      line.addAll(List.of(Integer.toString(i + 1), folder.resolve(name).toString()));
      line.add(network.host(name));
      line.addAll(List.of(ports.get(i).toString(), controllers.get(i).toString()));
      line.addAll(List.of(voters, clusterId));
      brokers.add(new Broker(name, process(name, line, Map.of())));
      bootstrap.add(network.host(name) + ":" + ports.get(i));
    }
  }

  private static String broker(int index) {
    return "broker" + (index + 1);
  }

  private JavaProcess process(String name, List<String> line, Map<String, String> environment) {
    return bench.closing(new JavaProcess(name, line, environment, logs().resolve(name + ".log")));
  }

  /** Starts one more node; returns at once. */
  public Node add() {
    Node node = startNode(List.of());
    nodes.add(node);
    return node;
  }

  /**
   * Starts a node on the same brokers that is none of the others'; returns at once.
   *
   * @param topicPrefix of its own log
   */
  public Node addApart(String topicPrefix) {
    return startNode(List.of("--topic-prefix", topicPrefix));
  }

  private Node startNode(List<String> options) {
    String name = "node" + ++started;
    String host = network.host(name);
    int port = Ports.free();
    Path data = folder.resolve(name);
    List<String> line = new ArrayList<>(network.prefix(name));
    line.addAll(command.line(host, port, data, bootstrap()));
    line.addAll(options);
    JavaProcess process = process(name, line, NodeCommand.environment());
    Node node = new Node(name, URI.create("http://" + host + ":" + port), data, process);
    node.start();
    return node;
  }

  /** Forgets a node that has ended. */
  public void remove(Node node) {
    nodes.remove(node);
    node.wipe();
  }

  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  public List<Broker> brokers() {
    return List.copyOf(brokers);
  }

  /** The broker that coordinates the group of the nodes. */
  public Broker coordinator() {
    return brokers.get(state.coordinator() - 1);
  }

  public Network network() {
    return network;
  }

  public Size size() {
    return size;
  }

  public String bootstrap() {
    return String.join(",", bootstrap);
  }

  /** Where all that the processes print is. */
  public Path logs() {
    return folder.resolve("logs");
  }

  /** Whether the nodes have the options of a node among others. */
  public boolean forwards() {
    return command.hasInternalPort();
  }

  /** Waits until all brokers are there, and every partition has all of its replicas in sync. */
  public void awaitBrokers() {
    long deadline = System.nanoTime() + BROKERS_LIMIT.toNanos();
    while (true) {
      String missing = state.missing(size.brokers());
      if (missing.isEmpty()) {
        return;
      }
      for (Broker broker : brokers) {
        if (!broker.isAlive()) {
          throw new BenchException("ended: " + broker.tail());
        }
      }
      if (System.nanoTime() > deadline) {
        throw new BenchException(
            "the brokers are not well in %s: %s".formatted(BROKERS_LIMIT, missing));
      }
      Bench.sleep(Duration.ofMillis(250));
    }
  }

  public void awaitReady() {
    nodes.forEach(node -> node.awaitReady(READY_LIMIT));
  }
}
