package io.flowledger.deploy;

import io.flowledger.ingest.IngestConfig;
import io.flowledger.query.QueryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a server needs to know, whole: nothing is read from anywhere else after the start.
 *
 * @param http where it is reached
 * @param data folder of everything that it keeps
 * @param kafka bootstrap servers of a cluster; empty for an embedded broker
 * @param kafkaProperties settings of all Kafka clients
 * @param embedded how the embedded broker is run, if it is
 * @param log the topics
 * @param applyTimeout how long an answer waits for its view at most
 * @param storeMemoryBytes native memory of all views together
 * @param schemas where schemas are kept
 */
public record ServerConfig(
    Http http,
    Path data,
    Optional<String> kafka,
    Map<String, String> kafkaProperties,
    Embedded embedded,
    Log log,
    IngestConfig ingest,
    QueryConfig query,
    Duration applyTimeout,
    long storeMemoryBytes,
    Schemas schemas) {

  /** With schemas in their topic. */
  public ServerConfig(
      Http http,
      Path data,
      Optional<String> kafka,
      Map<String, String> kafkaProperties,
      Embedded embedded,
      Log log,
      IngestConfig ingest,
      QueryConfig query,
      Duration applyTimeout,
      long storeMemoryBytes) {
    this(
        http,
        data,
        kafka,
        kafkaProperties,
        embedded,
        log,
        ingest,
        query,
        applyTimeout,
        storeMemoryBytes,
        new Schemas(Map.of(), Optional.empty()));
  }

  /** The same with schemas elsewhere. */
  public ServerConfig with(Schemas elsewhere) {
    return new ServerConfig(
        http,
        data,
        kafka,
        kafkaProperties,
        embedded,
        log,
        ingest,
        query,
        applyTimeout,
        storeMemoryBytes,
        elsewhere);
  }

  /**
   * @param host to listen on
   * @param port to listen on, 0 for any that is free
   * @param maxBodyBytes of a request
   * @param requestTimeout within which a request has to arrive whole
   * @param idleTimeout after which a silent connection is closed
   * @param registryPath where the schemas are served as a schema registry; empty for nowhere
   */
  public record Http(
      String host,
      int port,
      long maxBodyBytes,
      Duration requestTimeout,
      Duration idleTimeout,
      String registryPath) {}

  /**
   * @param port of the broker on the loopback interface, 0 for any that is free
   * @param durability what an acknowledged event survives
   */
  public record Embedded(int port, Durability durability) {}

  /**
   * @param topicPrefix what the names of the topics start with
   * @param schemasTopic name of the topic that holds the schemas
   * @param partitions of the events topic
   * @param replication copies of every partition
   * @param maxEventBytes largest event
   */
  public record Log(
      String topicPrefix,
      String schemasTopic,
      int partitions,
      short replication,
      int maxEventBytes) {}

  /**
   * @param registry properties of a registry elsewhere, under Confluent's names; empty where
   *     schemas are kept in their topic
   * @param valueSerializer class of a Kafka serializer that writes events with that registry
   */
  public record Schemas(Map<String, String> registry, Optional<String> valueSerializer) {}

  /** What an acknowledged event survives where there is one copy of the data. */
  public enum Durability {
    /** A power cut: it is on disk. */
    DISK,
    /** A killed process: the operating system has it. */
    PROCESS
  }
}
