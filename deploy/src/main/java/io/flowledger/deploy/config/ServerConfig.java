package io.flowledger.deploy.config;

import io.flowledger.http.HttpConfig;
import io.flowledger.http.edge.EdgeConfig;
import io.flowledger.ingest.IngestConfig;
import io.flowledger.query.QueryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a server needs to know, whole: nothing is read from anywhere else after the start.
 *
 * @param data folder of everything that it keeps
 * @param http where it is reached
 * @param mcp what the tools for models may do there
 * @param kafka where its log is
 * @param topics of the log
 * @param schemas where schemas are kept
 * @param views of the log
 * @param ingest limits of the write endpoints
 * @param query limits of the read endpoints
 * @param cluster the node among others, where its log is on a cluster
 * @param access who may use it
 * @param telemetry what it tells of itself
 * @param edge what stands between it and the network
 */
public record ServerConfig(
    Path data,
    HttpConfig http,
    McpAccess mcp,
    KafkaConfig kafka,
    TopicsConfig topics,
    SchemasConfig schemas,
    ViewsConfig views,
    IngestConfig ingest,
    QueryConfig query,
    ClusterConfig cluster,
    AccessConfig access,
    TelemetryConfig telemetry,
    EdgeConfig edge) {

  /** The defaults of {@code serve}: everything in one process, on this folder. */
  public static ServerConfig embedded(Path data) {
    return new ServerConfig(
        data,
        new HttpConfig(
            "127.0.0.1",
            8080,
            16 << 20,
            96 << 20,
            Duration.ofMillis(30_000),
            Duration.ofMillis(75_000)),
        McpAccess.READ,
        new KafkaConfig.Embedded(0, KafkaConfig.Durability.DISK, Map.of()),
        new TopicsConfig("flowledger.", "_schemas", 4, (short) 1, 32 << 20),
        new SchemasConfig(Map.of(), Optional.empty(), "/schema-registry"),
        new ViewsConfig(Duration.ofMillis(5000), 64 << 20),
        IngestConfig.defaults("flowledger/" + Version.current()),
        QueryConfig.defaults(),
        ClusterConfig.defaults(),
        AccessConfig.open(),
        TelemetryConfig.defaults(),
        EdgeConfig.defaults());
  }

  /** The same server, reached elsewhere. */
  public ServerConfig withHttp(HttpConfig other) {
    return new ServerConfig(
        data, other, mcp, kafka, topics, schemas, views, ingest, query, cluster, access, telemetry,
        edge);
  }

  /** The same server with other tools for models. */
  public ServerConfig withMcp(McpAccess other) {
    return new ServerConfig(
        data, http, other, kafka, topics, schemas, views, ingest, query, cluster, access, telemetry,
        edge);
  }

  /** The same server with its log elsewhere. */
  public ServerConfig withKafka(KafkaConfig other) {
    return new ServerConfig(
        data, http, mcp, other, topics, schemas, views, ingest, query, cluster, access, telemetry,
        edge);
  }

  /** The same server with other topics. */
  public ServerConfig withTopics(TopicsConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, other, schemas, views, ingest, query, cluster, access, telemetry,
        edge);
  }

  /** The same server with schemas elsewhere. */
  public ServerConfig withSchemas(SchemasConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, other, views, ingest, query, cluster, access, telemetry,
        edge);
  }

  /** The same server with other views. */
  public ServerConfig withViews(ViewsConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, schemas, other, ingest, query, cluster, access, telemetry,
        edge);
  }

  /** The same server, as another node. */
  public ServerConfig withCluster(ClusterConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, schemas, views, ingest, query, other, access, telemetry,
        edge);
  }

  /** The same server with other limits of the write endpoints. */
  public ServerConfig withIngest(IngestConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, schemas, views, other, query, cluster, access, telemetry,
        edge);
  }

  /** The same server with other limits of the read endpoints. */
  public ServerConfig withQuery(QueryConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, schemas, views, ingest, other, cluster, access, telemetry,
        edge);
  }

  /** The same server for others. */
  public ServerConfig withAccess(AccessConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, schemas, views, ingest, query, cluster, other, telemetry,
        edge);
  }

  /** The same server that tells more of itself. */
  public ServerConfig withTelemetry(TelemetryConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, schemas, views, ingest, query, cluster, access, other,
        edge);
  }

  /** The same server, reached in another way. */
  public ServerConfig withEdge(EdgeConfig other) {
    return new ServerConfig(
        data, http, mcp, kafka, topics, schemas, views, ingest, query, cluster, access, telemetry,
        other);
  }
}
