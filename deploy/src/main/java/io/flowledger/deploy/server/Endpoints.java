package io.flowledger.deploy.server;

import io.flowledger.deploy.admin.AuditRoutes;
import io.flowledger.deploy.admin.CheckpointRoutes;
import io.flowledger.deploy.admin.HealthRoutes;
import io.flowledger.deploy.admin.MetricsRoutes;
import io.flowledger.deploy.admin.ServiceRoutes;
import io.flowledger.deploy.config.McpAccess;
import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.mcp.McpRoutes;
import io.flowledger.deploy.openapi.OpenApiRoutes;
import io.flowledger.deploy.registry.KafkaCluster;
import io.flowledger.deploy.registry.RegistryOperators;
import io.flowledger.deploy.registry.RegistryRoutes;
import io.flowledger.deploy.registry.RegistryServer;
import io.flowledger.http.NoPages;
import io.flowledger.http.Operators;
import io.flowledger.http.Routes;
import io.flowledger.ingest.IngestRoutes;
import io.flowledger.ingest.deadletters.DeadLetterRoutes;
import io.flowledger.ingest.deadletters.DeadLetters;
import io.flowledger.ingest.imports.EventImport;
import io.flowledger.ingest.imports.ImportRoutes;
import io.flowledger.projector.audit.Audit;
import io.flowledger.query.QueryRoutes;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The endpoints of a node: all that there are, each over the parts of the node that it needs. */
final class Endpoints implements AutoCloseable {

  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);

  private final IngestRoutes ingest;
  private final List<Routes> routes;

  private Endpoints(IngestRoutes ingest, List<Routes> routes) {
    this.ingest = ingest;
    this.routes = routes;
  }

  /**
   * @param parts takes what has to be closed
   */
  static Endpoints of(Node node, Parts parts) {
    IngestRoutes ingest = ingest(node);
    List<Routes> routes = new ArrayList<>();
    // Where people are known, browsers send what proves it for any page.
    boolean asks = node.config().access().asks();
    routes.add(new NoPages(path -> !asks && isOfMetaflow(path)));
    routes.add(ingest);
    routes.add(query(node));
    routes.add(
        new ServiceRoutes(
            node.readModel(), node.log().writability()::reason, node.config().access().warnings()));
    routes.add(health(node));
    if (node.config().telemetry().metrics().isEmpty()) {
      routes.add(new MetricsRoutes(node.vertx(), node.metrics()));
    }
    routes.add(checkpoints(node));
    routes.add(parts.add(audits(node)));
    routes.add(imports(node));
    routes.add(deadLetters(node, parts));
    registry(node).ifPresent(routes::add);
    mcp(node).ifPresent(routes::add);
    routes.add(description(node));
    return parts.add(new Endpoints(ingest, List.copyOf(routes)));
  }

  /** What the reference has too, and takes from anybody. */
  private static boolean isOfMetaflow(String path) {
    return path.equals("/flows") || path.startsWith("/flows/");
  }

  private static IngestRoutes ingest(Node node) {
    return new IngestRoutes(
        node.config().ingest(),
        node.memory(),
        node.readModel(),
        node.log(),
        node.sequences(),
        Clock.systemUTC(),
        node.metrics(),
        node.parts());
  }

  private static QueryRoutes query(Node node) {
    return new QueryRoutes(
        node.vertx(),
        node.readModel(),
        node.others(),
        node.config().query(),
        Clock.systemUTC(),
        node.metrics());
  }

  static HealthRoutes health(Node node) {
    return new HealthRoutes(node.vertx(), node.readModel(), node.log().writability()::reason);
  }

  private static CheckpointRoutes checkpoints(Node node) {
    return new CheckpointRoutes(
        node.data().checkpoints(),
        node.projector()::checkpoint,
        operators(node),
        node.vertx(),
        Clock.systemUTC());
  }

  private static AuditRoutes audits(Node node) {
    return new AuditRoutes(() -> audit(node), operators(node), node.vertx());
  }

  private static ImportRoutes imports(Node node) {
    return new ImportRoutes(
        node.data().imports(),
        new EventImport(node.readModel(), node.log(), node.sequences()),
        operators(node),
        node.vertx());
  }

  private static DeadLetterRoutes deadLetters(Node node, Parts parts) {
    KafkaLog kafka = node.kafka();
    return new DeadLetterRoutes(
        parts.add(
            new DeadLetters(
                kafka.clients(), kafka.topics(), kafka.serde(), node.readModel(), node.log())),
        operators(node),
        node.vertx());
  }

  private static Operators operators(Node node) {
    return Entrance.operators(node.config());
  }

  /** Where the schemas are kept in our own topic: any other registry answers for itself. */
  private static Optional<Routes> registry(Node node) {
    Optional<String> path = registryPath(node);
    if (path.isEmpty() || !(node.kafka().registry() instanceof TopicSchemaRegistry own)) {
      return Optional.empty();
    }
    RegistryRoutes registry =
        new RegistryRoutes(
            own,
            new RegistryServer(node.vertx(), node.metrics()),
            new RegistryOperators(operators(node), node.kafka().topics()),
            new KafkaCluster(node.kafka().clients()),
            Version.current());
    return Optional.of(registry.at(path.get()));
  }

  private static Optional<String> registryPath(Node node) {
    return Optional.of(node.config().schemas().path())
        .filter(path -> !path.isEmpty())
        .filter(path -> node.kafka().registry() instanceof TopicSchemaRegistry);
  }

  private static Routes description(Node node) {
    return new OpenApiRoutes(
        node.vertx(), Version.current(), registryPath(node), node.config().mcp() != McpAccess.OFF);
  }

  /** They ask this server over HTTP, so they need nothing of the node. */
  private static Optional<Routes> mcp(Node node) {
    McpAccess access = node.config().mcp();
    return access == McpAccess.OFF
        ? Optional.empty()
        : Optional.of(
            new McpRoutes(
                node.vertx(),
                Version.current(),
                access == McpAccess.WRITE,
                Clock.systemUTC(),
                node.own()));
  }

  /** On half of the processors, since the server goes on working. */
  private static Audit audit(Node node) {
    return new Audit(
        node.kafka().clients(),
        node.kafka().topics().events(),
        node.kafka().serde(),
        (partition, copy) ->
            node.projector().checkpointEvents(partition, copy)
                ? Optional.of(copy)
                : Optional.empty(),
        node.data().audit(),
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  List<Routes> routes() {
    return routes;
  }

  /** Lets writes that are on their way be answered, for as long as a stop can take. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
    while (ingest.pendingWrites() > 0 && System.nanoTime() < deadline) {
      AwaitReady.pause();
    }
  }
}
