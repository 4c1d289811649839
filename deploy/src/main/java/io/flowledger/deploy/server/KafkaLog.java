package io.flowledger.deploy.server;

import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.TopicsConfig;
import io.flowledger.deploy.copy.LogCopy;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.ForeignSerializer;
import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;

/**
 * The log of a server on its Kafka, with the topics as they have to be, and with all types of
 * records known to the registry.
 *
 * @param clients settings of all Kafka clients: bootstrap servers, security
 * @param topics of the log
 * @param registry where the schemas are kept
 * @param serde of the records of all topics
 * @param failed completes when the embedded Kafka has failed for good; never on a cluster
 * @param kept of an embedded Kafka: what its folder has acknowledged
 * @param sessionTimeout after which Kafka may take a silent server for dead
 */
record KafkaLog(
    Map<String, Object> clients,
    Topics topics,
    SchemaRegistry registry,
    EventSerde serde,
    CompletableFuture<String> failed,
    Optional<KeptLog> kept,
    Duration sessionTimeout) {

  private static final Duration SESSION_TIMEOUT_EMBEDDED = Duration.ofSeconds(6);
  private static final Duration SESSION_TIMEOUT_CLUSTER = Duration.ofSeconds(6);

  /**
   * Starts the embedded Kafka, or connects to the cluster. Blocks.
   *
   * @param parts takes what has to be closed
   * @param progress is told what is being done, a line at a time
   */
  static KafkaLog open(
      ServerConfig config, DataFolder data, Parts parts, Consumer<String> progress) {
    Topics topics = topics(config);
    Optional<KeptLog> kept =
        config.kafka() instanceof KafkaConfig.Embedded embedded
            ? Optional.of(parts.add(KeptLog.check(data, topics, embedded, progress)))
            : Optional.empty(); // closed after Kafka
    CompletableFuture<String> failed = new CompletableFuture<>();
    Map<String, Object> clients = new HashMap<>(config.kafka().properties());
    clients.put(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers(config.kafka(), data, parts, progress, failed));
    if (config.kafka() instanceof KafkaConfig.Cluster cluster) {
      KafkaConnection.await(clients, cluster.timeout(), progress);
      refuseUnfinishedCopy(clients, topics);
      KafkaConnection.provision(clients, topics, cluster.timeout(), progress);
      tellOfFewCopies(topics, progress);
    } else {
      provision(clients, topics, kept, failed);
    }
    Map<String, String> properties = config.schemas().registry();
    SchemaRegistry registry =
        parts.add(EventSerdes.registry(properties, clients, topics.schemas()));
    Optional<ForeignSerializer> foreign =
        config
            .schemas()
            .valueSerializer()
            .map(className -> parts.add(ForeignSerializer.of(className, properties)));
    EventSerde serde = EventSerdes.registered(registry, properties, topics, foreign);
    return new KafkaLog(
        clients,
        topics,
        registry,
        serde,
        failed,
        kept,
        config.kafka() instanceof KafkaConfig.Embedded
            ? SESSION_TIMEOUT_EMBEDDED
            : SESSION_TIMEOUT_CLUSTER);
  }

  private static String bootstrapServers(
      KafkaConfig config,
      DataFolder data,
      Parts parts,
      Consumer<String> progress,
      CompletableFuture<String> failed) {
    if (config instanceof KafkaConfig.Cluster cluster) {
      progress.accept("connecting to Kafka at " + cluster.bootstrapServers());
      return cluster.bootstrapServers();
    }
    int port = ((KafkaConfig.Embedded) config).port();
    progress.accept("starting the embedded Kafka in " + data.kafka());
    EmbeddedKafka embedded = parts.add(EmbeddedKafka.start(data.kafka(), port));
    embedded.failed().thenAccept(failed::complete);
    return embedded.bootstrapServers();
  }

  private static Topics topics(ServerConfig config) {
    TopicsConfig topics = config.topics();
    return new Topics(
        topics.prefix(),
        topics.schemasTopic(),
        topics.partitions(),
        topics.replication(),
        flush(config.kafka()),
        topics.maxEventBytes());
  }

  private static Topics.Flush flush(KafkaConfig kafka) {
    if (kafka instanceof KafkaConfig.Embedded embedded) {
      return embedded.durability() == KafkaConfig.Durability.DISK
          ? Topics.Flush.EVERY_MESSAGE
          : Topics.Flush.OPERATING_SYSTEM;
    }
    return Topics.Flush.UNMANAGED;
  }

  /** A broker that has failed does not answer; clients would wait for it for a minute. */
  private static void provision(
      Map<String, Object> clients,
      Topics topics,
      Optional<KeptLog> kept,
      CompletableFuture<String> failed) {
    CompletableFuture<Void> provisioned =
        CompletableFuture.runAsync(() -> provision(clients, topics, kept));
    try {
      CompletableFuture.anyOf(provisioned, failed).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    if (failed.isDone()) {
      throw new StartException(failed.join());
    }
  }

  /**
   * A server on a part of a log would give numbers that are given already.
   *
   * @throws StartException where the topics are the target of a copy that is not complete
   */
  private static void refuseUnfinishedCopy(Map<String, Object> clients, Topics topics) {
    if (LogCopy.isUnfinished(clients, topics.prefix())) {
      throw new StartException(
          "the log is being copied to topics %s... and is not complete; run 'flowledger copy' again"
              .formatted(topics.prefix()));
    }
  }

  private static void tellOfFewCopies(Topics topics, Consumer<String> progress) {
    if (topics.replication() == 1) {
      progress.accept(
          "warning: --replication 1, so the log is lost with the disk of one broker, and cannot be"
              + " written while one is away");
    } else if (topics.replication() == 2) {
      progress.accept(
          "warning: --replication 2, so what is written while a broker is away is on one disk only");
    }
  }

  private static void provision(
      Map<String, Object> clients, Topics topics, Optional<KeptLog> kept) {
    try (Admin admin = Admin.create(clients)) {
      kept.ifPresent(log -> log.check(admin));
      new TopicProvisioner(admin).provision(topics);
    }
  }
}
