package io.flowledger.bench.cluster.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka node, broker and controller, of a cluster of several: formats the folder where it is new,
 * and starts. All timeouts are Kafka's defaults; only what costs memory and threads is smaller.
 * Ends with what started it: when standard input does.
 */
public final class KafkaBroker {

  private KafkaBroker() {}

  /**
   * @param args id, folder, host, port, port of the controller, voters ({@code 1@host:port,...}),
   *     id of the cluster
   */
  public static void main(String[] args) throws Exception {
    int id = Integer.parseInt(args[0]);
    Path folder = Path.of(args[1]);
    Files.createDirectories(folder);
    if (!Files.exists(folder.resolve("meta.properties"))) {
      format(id, folder, args[6]);
    }
    Map<String, String> properties = properties(id, folder, args[2], args[3], args[4], args[5]);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    endWithInput();
    server.startup();
    System.out.println("broker " + id + " has started");
    server.awaitShutdown();
  }

  private static void endWithInput() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // nothing is said there
                }
              } catch (IOException closed) {
                // the end as well
              }
              Runtime.getRuntime().halt(0);
            },
            "input");
    watch.setDaemon(true);
    watch.start();
  }

  private static void format(int id, Path folder, String cluster) throws Exception {
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(id)
        .setClusterId(cluster)
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setIgnoreFormatted(false)
        .run();
  }

  private static Map<String, String> properties(
      int id, Path folder, String host, String port, String controllerPort, String voters) {
    Map<String, String> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", Integer.toString(id));
    String broker = "PLAINTEXT://" + host + ":" + port;
    properties.put("listeners", broker + ",CONTROLLER://" + host + ":" + controllerPort);
    properties.put("advertised.listeners", broker);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("controller.quorum.voters", voters);
    properties.put("log.dirs", folder.toString());
    properties.put("auto.create.topics.enable", "false");
    properties.put("default.replication.factor", "3");
    properties.put("min.insync.replicas", "2");
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("offsets.topic.replication.factor", "3");
    properties.put("transaction.state.log.num.partitions", "2");
    properties.put("transaction.state.log.replication.factor", "3");
    properties.put("transaction.state.log.min.isr", "2");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.replication.factor", "3");
    properties.put("share.coordinator.state.topic.min.isr", "2");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "3");
    properties.put("background.threads", "2");
    properties.put("log.cleaner.dedupe.buffer.size", "2097152");
    properties.put("log.cleaner.io.buffer.size", "262144");
    return properties;
  }
}
