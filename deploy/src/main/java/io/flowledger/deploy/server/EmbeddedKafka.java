package io.flowledger.deploy.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Kafka of one node in this process, reachable from this machine only. */
public final class EmbeddedKafka implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String META_PROPERTIES = "meta.properties";
  private static final int SESSION_MS = 9000;
  private static final long CLOSE_FAILED_LIMIT_MS = 3000;

  // Kafka itself would wait for minutes where its controller does not let it go.
  private static final long CLOSE_LIMIT_MS = 20_000;
  private static final int SESSION_AFTER_KILL_MS = 1500;

  private final KafkaRaftServer server;
  private final int port;

  private final CompletableFuture<String> failed;

  private EmbeddedKafka(KafkaRaftServer server, int port, CompletableFuture<String> failed) {
    this.server = server;
    this.port = port;
    this.failed = failed;
  }

  /**
   * Formats the folder where it is new, and starts.
   *
   * @param configuredPort 0 for any that is free
   * @throws StartException when it cannot
   */
  public static EmbeddedKafka start(Path folder, int configuredPort) {
    if (configuredPort != 0) {
      Ports.checkFree(LOOPBACK, configuredPort, "--kafka-port");
    }
    int port = configuredPort == 0 ? Ports.free() : configuredPort;
    CompletableFuture<String> failed = new CompletableFuture<>();
    refuseToExit(failed);
    int sessionTimeoutMs = sessionTimeoutMs(folder);
    try {
      Files.createDirectories(folder);
      if (!Files.exists(folder.resolve(META_PROPERTIES))) {
        format(folder);
      }
      KafkaRaftServer server =
          new KafkaRaftServer(
              new KafkaConfig(properties(folder, port, Ports.free(), sessionTimeoutMs), false),
              Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, port, failed);
    } catch (StartException e) {
      throw e;
    } catch (Exception e) {
      throw new StartException("the embedded Kafka cannot start: " + e, e);
    }
  }

  /** Kafka's server ends the JVM on a fatal fault; here it is one part of a process. */
  private static void refuseToExit(CompletableFuture<String> failed) {
    Exit.Procedure refuse =
        (status, message) -> {
          LOG.error("the embedded Kafka wants to exit with {}: {}", status, message);
          failed.complete(
              "the embedded Kafka has failed%s, start the server again"
                  .formatted(message == null ? "" : " (" + message + ")"));
          throw new StartException("the embedded Kafka has failed: " + message);
        };
    Exit.setExitProcedure(refuse);
    Exit.setHaltProcedure(refuse);
  }

  private static void format(Path folder) throws IOException {
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(1)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(folder.toString())
          .setMetadataLogDirectory(folder.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setIgnoreFormatted(false)
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + folder, e);
    }
  }

  private static Map<String, String> properties(
      Path folder, int port, int controllerPort, int sessionTimeoutMs) {
    Map<String, String> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put(
        "listeners",
        "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(LOOPBACK, port, LOOPBACK, controllerPort));
    properties.put("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + port);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("controller.quorum.voters", "1@" + LOOPBACK + ":" + controllerPort);
    properties.put("log.dirs", folder.toString());
    properties.put("auto.create.topics.enable", "false");
    // One node: one copy of everything, and few partitions of what Kafka keeps for itself.
    for (String topic : new String[] {"offsets.topic", "transaction.state.log"}) {
      properties.put(topic + ".replication.factor", "1");
      properties.put(topic + ".num.partitions", "1");
    }
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("default.replication.factor", "1");
    properties.put("min.insync.replicas", "1");
    // Few threads and small buffers: the broker shares the process with everything else.
    properties.put("num.network.threads", "1");
    properties.put("num.io.threads", "2");
    properties.put("background.threads", "1");
    properties.put("num.recovery.threads.per.data.dir", "2");
    // After a crash, what is read again to see whether it is whole is the last segment of each log.
    properties.put("log.segment.bytes", Integer.toString(128 << 20));
    properties.put("log.cleaner.threads", "1");
    properties.put("log.cleaner.dedupe.buffer.size", "2097152");
    properties.put("log.cleaner.io.buffer.size", "262144");
    properties.put("socket.send.buffer.bytes", "-1");
    properties.put("socket.receive.buffer.bytes", "-1");
    properties.put("socket.request.max.bytes", Integer.toString(64 << 20));
    properties.put("metadata.max.idle.interval.ms", "5000");
    properties.put("broker.session.timeout.ms", Integer.toString(sessionTimeoutMs));
    properties.put("broker.heartbeat.interval.ms", "300");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("group.min.session.timeout.ms", "1000");
    return properties;
  }

  /**
   * How long the controller waits for a sign of its broker. Kafka's default: on a machine that is
   * busy, a broker that is well is silent for seconds. After a kill it is short all the same, since
   * the new broker waits until the registration of the old one has expired.
   */
  static int sessionTimeoutMs(Path folder) {
    boolean killed =
        Files.exists(folder.resolve(META_PROPERTIES))
            && !Files.exists(folder.resolve(CleanShutdownFileHandler.CLEAN_SHUTDOWN_FILE_NAME));
    return killed ? SESSION_AFTER_KILL_MS : SESSION_MS;
  }

  public String bootstrapServers() {
    return LOOPBACK + ":" + port;
  }

  /** Completes when it has failed for good, with what is to be done. */
  CompletableFuture<String> failed() {
    return failed;
  }

  /** One that does not end, as one that has failed may never, is left alone after a while. */
  @Override
  public void close() {
    Thread closing = new Thread(this::shutDown, "kafka-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(failed.isDone() ? CLOSE_FAILED_LIMIT_MS : CLOSE_LIMIT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (closing.isAlive()) {
      LOG.warn("the embedded Kafka does not end; the next start reads its log as after a kill");
    }
  }

  private void shutDown() {
    server.shutdown();
    server.awaitShutdown();
  }
}
