package io.flowledger.deploy.it.kafka;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.PythonEnvironment;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.Ports;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real foreach, with the real client behind a load balancer, is run while the nodes of the
 * cluster are killed one after the other: it finishes, and its client reads the same from every
 * node. How wide it is can be told by {@code -Dflowledger.test.width=50}.
 */
class FlowWhileNodesDieIT {

  private static final PythonEnvironment PYTHON =
      new PythonEnvironment("THE METAFLOW CLIENT", "metaflow", "metaflow");
  private static final int WIDTH = Integer.getInteger("flowledger.test.width", 6);
  private static final int NODES = 3;
  private static final Duration FLOW_LIMIT = Duration.ofMinutes(10);
  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final Pattern RUN_ID = Pattern.compile("run-id (\\d+)");

  private final Vertx vertx = Vertx.vertx();
  private final Path broker = TestServer.temporaryFolder();
  private final List<Node> nodes = new ArrayList<>();
  private ChildProcess kafka;

  /** A node that is started again and again, at one address. */
  private static final class Node {
    final int port = Ports.free();
    private final int internalPort = Ports.free();
    private final Path data = TestServer.temporaryFolder();
    private final String bootstrap;
    private ChildProcess process;

    Node(String bootstrap) {
      this.bootstrap = bootstrap;
      process = start();
    }

    private ChildProcess start() {
      return ChildProcess.jar(
          Path.of("target", "flowledger.jar"),
          "serve",
          "--kafka=" + bootstrap,
          "--replication=1",
          "--partitions=6",
          "--port=" + port,
          "--internal-port=" + internalPort,
          "--data=" + data);
    }

    String url() {
      return "http://127.0.0.1:" + port;
    }

    void awaitReady() {
      process.await(Pattern.compile("serving (http://\\S+)"));
      await().atMost(READY_LIMIT).until(() -> new Api(url()).get("/healthcheck").status() == 200);
    }

    void killAndStart() {
      process.kill();
      process = start();
      awaitReady();
    }

    void end() {
      process.kill();
      TestServer.delete(data);
    }
  }

  @BeforeEach
  void start(@TempDir Path temp) throws Exception {
    PYTHON.install(temp);
    kafka = ChildProcess.java(BrokerProcess.class, broker.toString());
    String bootstrap = kafka.await(Pattern.compile("broker at (\\S+)"));
    IntStream.range(0, NODES).forEach(number -> nodes.add(new Node(bootstrap)));
    nodes.forEach(Node::awaitReady);
  }

  @AfterEach
  void stop() throws Exception {
    nodes.forEach(Node::end);
    kafka.kill();
    TestServer.delete(broker);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Gives each connection to the next node that takes it, as simple load balancers do. */
  private int balance() throws Exception {
    NetClient client = vertx.createNetClient();
    NetServer balancer = vertx.createNetServer();
    int[] next = {0};
    balancer.connectHandler(socket -> pass(client, socket.pause(), next, NODES));
    return balancer
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .actualPort();
  }

  private void pass(NetClient client, NetSocket socket, int[] next, int tries) {
    Node node = nodes.get(next[0]++ % NODES);
    client
        .connect(node.port, "127.0.0.1")
        .onSuccess(
            other -> {
              socket.pipeTo(other);
              other.pipeTo(socket);
            })
        .onFailure(
            dead -> {
              if (tries > 1) {
                pass(client, socket, next, tries - 1);
              } else {
                socket.close();
              }
            });
  }

  @Test
  void theFlowFinishesAndReadsTheSameFromEveryNode(@TempDir Path temp) throws Exception {
    int balancer = balance();
    CompletableFuture<PythonEnvironment.Finished> flow =
        CompletableFuture.supplyAsync(
            () ->
                python(
                    temp,
                    "http://127.0.0.1:" + balancer,
                    "flows/foreach.py",
                    "--no-pylint",
                    "run",
                    "--width",
                    Integer.toString(WIDTH),
                    "--max-workers",
                    "4"));
    int kills = 0;
    while (!flow.isDone() || kills < NODES) {
      nodes.get(kills++ % NODES).killAndStart();
    }
    PythonEnvironment.Finished finished = flow.join();
    System.out.printf("a foreach of %d tasks, and %d kills%n", WIDTH, kills);
    assertThat(finished.successful()).withFailMessage(finished::output).isTrue();
    Matcher run = RUN_ID.matcher(finished.output());
    assertThat(run.find()).withFailMessage(finished::output).isTrue();

    Set<String> told = new HashSet<>();
    for (Node node : nodes) {
      PythonEnvironment.Finished read =
          python(temp, node.url(), "introspect.py", "ForeachFlow", run.group(1));
      assertThat(read.successful()).withFailMessage(read::output).isTrue();
      told.add(read.output());
    }
    assertThat(told).hasSize(1).allMatch(text -> text.contains("\"work\""));
  }

  private static PythonEnvironment.Finished python(
      Path temp, String url, String script, String... arguments) {
    try {
      return PYTHON.run(
          temp,
          FLOW_LIMIT,
          Map.ofEntries(
              entry("METAFLOW_SERVICE_URL", url),
              entry("METAFLOW_DEFAULT_METADATA", "service"),
              entry("METAFLOW_DEFAULT_DATASTORE", "local"),
              entry("METAFLOW_DATASTORE_SYSROOT_LOCAL", temp.toString()),
              entry("METAFLOW_HOME", temp.resolve("config").toString()),
              entry("METAFLOW_USER", "tester"),
              // What the script takes out of its texts.
              entry("SCENARIO_DIR", temp.toString()),
              entry("SCENARIO_SUFFIX", "-none-")),
          script,
          arguments);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
