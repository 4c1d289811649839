package io.flowledger.deploy;

import io.flowledger.deploy.letters.DeadLetterOffice;
import io.flowledger.deploy.registry.KafkaCluster;
import io.flowledger.deploy.registry.RegistryRoutes;
import io.flowledger.deploy.registry.RegistryServer;
import io.flowledger.ingest.BulkResult;
import io.flowledger.ingest.EventImport;
import io.flowledger.ingest.IngestRoutes;
import io.flowledger.projector.Audit;
import io.flowledger.query.QueryRoutes;
import io.flowledger.schemas.TopicSchemaRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The endpoints of a node: all that there are, each over the parts of the node that it needs. */
final class Endpoints implements AutoCloseable {

  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);

  private final IngestRoutes ingest;
  private final List<Consumer<Router>> routes;

  private Endpoints(IngestRoutes ingest, List<Consumer<Router>> routes) {
    this.ingest = ingest;
    this.routes = routes;
  }

  /**
   * @param parts takes what has to be closed
   */
  static Endpoints of(Node node, Parts parts) {
    IngestRoutes ingest = ingest(node);
    QueryRoutes query = query(node);
    List<Consumer<Router>> routes = new ArrayList<>();
    routes.add(ingest::mount);
    routes.add(query::mount);
    routes.add(new ServiceRoutes(node.projector(), node.metrics())::mount);
    routes.add(checkpoints(node)::mount);
    routes.add(parts.add(audits(node))::mount);
    routes.add(imports(node)::mount);
    routes.add(deadLetters(node, parts)::mount);
    registry(node).ifPresent(routes::add);
    meters(ingest, query, node.metrics());
    return parts.add(new Endpoints(ingest, List.copyOf(routes)));
  }

  private static IngestRoutes ingest(Node node) {
    return new IngestRoutes(
        node.config().ingest(), node.projector(), node.log(), node.sequences(), Clock.systemUTC());
  }

  private static QueryRoutes query(Node node) {
    return new QueryRoutes(
        node.vertx(), node.projector(), node.config().query(), Clock.systemUTC());
  }

  private static Checkpoints checkpoints(Node node) {
    return new Checkpoints(
        node.data().checkpoints(), node.projector()::checkpoint, node.vertx(), Clock.systemUTC());
  }

  private static Audits audits(Node node) {
    return new Audits(() -> audit(node), node.vertx());
  }

  private static Imports imports(Node node) {
    return new Imports(
        node.data().imports(),
        new EventImport(node.projector(), node.log(), node.sequences()),
        node.vertx());
  }

  private static DeadLetterRoutes deadLetters(Node node, Parts parts) {
    KafkaLog kafka = node.kafka();
    return new DeadLetterRoutes(
        parts.add(
            new DeadLetterOffice(
                kafka.clients(), kafka.topics(), kafka.serde(), node.projector(), node.log())),
        node.vertx());
  }

  /** Where the schemas are kept in our own topic: any other registry answers for itself. */
  private static Optional<Consumer<Router>> registry(Node node) {
    String path = node.config().schemas().path();
    if (path.isEmpty() || !(node.kafka().registry() instanceof TopicSchemaRegistry own)) {
      return Optional.empty();
    }
    RegistryRoutes registry =
        new RegistryRoutes(
            own,
            new RegistryServer(node.vertx(), node.metrics()),
            new KafkaCluster(node.kafka().clients()),
            Version.current());
    return Optional.of(router -> registry.mount(router, path));
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

  private static void meters(IngestRoutes ingest, QueryRoutes query, MeterRegistry metrics) {
    Gauge.builder("flowledger.writes.pending", ingest, IngestRoutes::pendingWrites)
        .description("Writes that wait for their acknowledgement or their view")
        .register(metrics);
    FunctionCounter.builder("flowledger.numbers.collided", ingest, IngestRoutes::collidedNumbers)
        .description("Numbers that somebody had used without claiming them")
        .register(metrics);
    FunctionCounter.builder(
            "flowledger.idempotent.replays", ingest, IngestRoutes::idempotentReplays)
        .description("Requests that were answered as earlier ones under the same key")
        .register(metrics);
    Gauge.builder("flowledger.bulk.requests", ingest::bulkRequests)
        .description("Bulk requests that are under way")
        .register(metrics);
    for (BulkResult result : BulkResult.values()) {
      FunctionCounter.builder("flowledger.bulk.entries", ingest, of -> of.bulkEntries(result))
          .description("Entries of bulk requests")
          .tag("result", result.label())
          .register(metrics);
    }
    // Suppliers are held: nobody else holds the routes once they are mounted.
    Gauge.builder("flowledger.scans", query::scansUnderWay)
        .description("Listings that are being read")
        .register(metrics);
    Gauge.builder("flowledger.tails", query::openTails)
        .description("Clients that are told events as they come")
        .register(metrics);
    FunctionCounter.builder("flowledger.tails.cut", query, QueryRoutes::tailsCutOff)
        .description("Clients that did not take the events that they were sent")
        .register(metrics);
  }

  void mount(Router router) {
    routes.forEach(route -> route.accept(router));
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
