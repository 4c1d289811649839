package io.flowledger.deploy;

import io.flowledger.deploy.letters.DeadLetterOffice;
import io.flowledger.deploy.registry.KafkaCluster;
import io.flowledger.deploy.registry.RegistryRoutes;
import io.flowledger.deploy.registry.RegistryServer;
import io.flowledger.http.HttpConfig;
import io.flowledger.http.Routes;
import io.flowledger.http.WebServer;
import io.flowledger.ingest.EventImport;
import io.flowledger.ingest.EventLog;
import io.flowledger.ingest.IngestRoutes;
import io.flowledger.ingest.Sequences;
import io.flowledger.projector.Audit;
import io.flowledger.projector.Projector;
import io.flowledger.projector.ProjectorConfig;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.query.QueryRoutes;
import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.ForeignSerializer;
import io.flowledger.schemas.HttpSchemaRegistry;
import io.flowledger.schemas.SchemaRegistry;
import io.flowledger.schemas.TopicProvisioner;
import io.flowledger.schemas.TopicSchemaRegistry;
import io.flowledger.schemas.Topics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: every part of it, made here and closed here in the opposite order. */
public final class Flowledger implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Flowledger.class);
  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);
  private static final Duration SESSION_TIMEOUT_EMBEDDED = Duration.ofSeconds(6);
  private static final Duration SESSION_TIMEOUT_CLUSTER = Duration.ofSeconds(10);
  private static final long POLL_READY_MS = 5;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Consumer<String> progress;
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private int port;

  private Flowledger(Consumer<String> progress) {
    this.progress = progress;
  }

  /**
   * Starts a server; returns when it answers everything.
   *
   * @param progress is told what is being done, a line at a time
   * @throws StartException when it cannot start; nothing is left running then
   */
  public static Flowledger start(ServerConfig config, Consumer<String> progress) {
    Flowledger server = new Flowledger(progress);
    try {
      server.startAll(config);
      return server;
    } catch (StartException e) {
      server.close();
      throw e;
    } catch (KafkaException
        | TopicProvisioner.TopicMismatchException
        | SchemaRegistry.SchemaRegistryException e) {
      server.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void startAll(ServerConfig config) {
    if (config.http().port() != 0) {
      Ports.checkFree(config.http().host(), config.http().port(), "--port");
    }
    DataFolder data = part(DataFolder.take(config.data()));
    // What needs no Kafka is made while Kafka starts.
    CompletableFuture<Vertx> vertxStarting = CompletableFuture.supplyAsync(Flowledger::vertx);
    WarmUp.start();
    boolean embedded = config.kafka().isEmpty();
    String bootstrapServers;
    if (embedded) {
      progress.accept("starting the embedded Kafka in " + data.kafka());
      EmbeddedKafka kafka = part(EmbeddedKafka.start(data.kafka(), config.embedded().port()));
      bootstrapServers = kafka.bootstrapServers();
    } else {
      bootstrapServers = config.kafka().get();
      progress.accept("connecting to Kafka at " + bootstrapServers);
    }
    Map<String, Object> clients = new HashMap<>(config.kafkaProperties());
    clients.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);

    Topics topics = topics(config);
    provision(clients, topics);
    Map<String, String> registryProperties = config.schemas().registry();
    SchemaRegistry registry =
        part(EventSerdes.registry(registryProperties, clients, topics.schemas()));
    Optional<ForeignSerializer> foreign =
        config
            .schemas()
            .valueSerializer()
            .map(className -> part(ForeignSerializer.of(className, registryProperties)));
    EventSerde serde = EventSerdes.registered(registry, registryProperties, topics, foreign);

    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Projector projector =
        part(
            new Projector(
                new ProjectorConfig(
                    clients,
                    topics,
                    data.views(),
                    data.instanceId(),
                    config.http().host() + ":" + config.http().port(),
                    config.applyTimeout(),
                    embedded ? SESSION_TIMEOUT_EMBEDDED : SESSION_TIMEOUT_CLUSTER,
                    config.storeMemoryBytes()),
                serde,
                metrics,
                failed::complete));
    if (registry instanceof HttpSchemaRegistry waitedFor) {
      part(waitedFor); // before the projector, which cannot end while it waits for an answer
    }
    projector.start();

    EventLog log = part(new EventLog(clients, serde, topics, projector::partitionOf));
    Sequences sequences =
        part(new Sequences(clients, topics.ids(), log, serde, config.ingest().writtenBy()));

    Vertx vertx = vertxStarting.join();
    part(() -> await(vertx.close(), Duration.ofSeconds(2)));
    IngestRoutes ingest =
        new IngestRoutes(config.ingest(), projector, log, sequences, Clock.systemUTC(), metrics);
    QueryRoutes query = new QueryRoutes(vertx, projector, config.query(), Clock.systemUTC());
    ServiceRoutes service = new ServiceRoutes(projector, metrics);
    Checkpoints checkpoints =
        new Checkpoints(data.checkpoints(), projector::checkpoint, vertx, Clock.systemUTC());
    Audits audits =
        part(new Audits(() -> audit(clients, topics, serde, projector, data.audit()), vertx));
    Imports imports =
        new Imports(data.imports(), new EventImport(projector, log, sequences), vertx);
    DeadLetterRoutes deadLetters =
        new DeadLetterRoutes(
            part(new DeadLetterOffice(clients, topics, serde, projector, log)), vertx);
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

    WebServer web = new WebServer(vertx, http(config.http()), Version.current(), metrics);
    part(() -> drain(ingest));
    part(() -> await(web.stop(), Duration.ofSeconds(2)));
    List<Routes> routes =
        List.of(
            ingest,
            query::mount,
            service,
            checkpoints,
            audits,
            imports,
            deadLetters,
            router -> {
              if (registry instanceof TopicSchemaRegistry own) {
                mountRegistry(router, config, own, clients, vertx, metrics);
              }
            });
    port = await(web.start(routes), Duration.ofSeconds(10));
    progress.accept("opening the views in " + data.views());
    awaitReady(projector);
  }

  private static HttpConfig http(ServerConfig.Http config) {
    return new HttpConfig(
        config.host(),
        // The event loops listen on the same port, so it is chosen before they do.
        config.port() == 0 ? Ports.free() : config.port(),
        config.maxBodyBytes(),
        config.requestTimeout(),
        config.idleTimeout());
  }

  /** Where the schemas are kept in our own topic: any other registry answers for itself. */
  private static void mountRegistry(
      Router router,
      ServerConfig config,
      TopicSchemaRegistry registry,
      Map<String, Object> clients,
      Vertx vertx,
      MeterRegistry metrics) {
    String path = config.http().registryPath();
    if (!path.isEmpty()) {
      new RegistryRoutes(
              registry,
              new RegistryServer(vertx, metrics),
              new KafkaCluster(clients),
              Version.current())
          .mount(router, path);
    }
  }

  /** On half of the processors, since the server goes on working. */
  private static Audit audit(
      Map<String, Object> clients,
      Topics topics,
      EventSerde serde,
      Projector projector,
      Path scratch) {
    return new Audit(
        clients,
        topics.events(),
        serde,
        (partition, copy) ->
            projector.checkpointEvents(partition, copy) ? Optional.of(copy) : Optional.empty(),
        scratch,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  private static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
  }

  private static Topics topics(ServerConfig config) {
    Topics.Flush flush = Topics.Flush.UNMANAGED;
    if (config.kafka().isEmpty()) {
      flush =
          config.embedded().durability() == ServerConfig.Durability.DISK
              ? Topics.Flush.EVERY_MESSAGE
              : Topics.Flush.OPERATING_SYSTEM;
    }
    return new Topics(
        config.log().topicPrefix(),
        config.log().schemasTopic(),
        config.log().partitions(),
        config.log().replication(),
        flush,
        config.log().maxEventBytes());
  }

  private static void provision(Map<String, Object> clients, Topics topics) {
    try (Admin admin = Admin.create(clients)) {
      new TopicProvisioner(admin).provision(topics);
    }
  }

  /** Until then, what cannot be answered is answered 503. */
  private void awaitReady(Projector projector) {
    long nextReport = System.nanoTime() + REPORT_EVERY.toNanos();
    for (ReadModel.Readiness now = projector.readiness();
        !now.ready();
        now = projector.readiness()) {
      if (failed.isDone()) {
        Throwable fault = failed.join();
        String message = fault.getMessage() == null ? fault.toString() : fault.getMessage();
        throw new StartException(message, fault);
      }
      if (System.nanoTime() > nextReport) {
        nextReport += REPORT_EVERY.toNanos();
        progress.accept("still opening the views: " + now.explanation());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_READY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /** Completes when a fault has made the server useless. */
  public CompletableFuture<Throwable> failed() {
    return failed;
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part);
    return part;
  }

  /** Lets writes that are on their way be answered. */
  private static void drain(IngestRoutes ingest) {
    long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
    while (ingest.pendingWrites() > 0 && System.nanoTime() < deadline) {
      pause();
    }
  }

  private static <T> T await(io.vertx.core.Future<T> future, Duration limit) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new StartException("the HTTP server has failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new StartException("the HTTP server does not react", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    }
  }

  /** Stops to accept, answers what is on its way, then closes every part. */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("while stopping: {}", e.toString());
      }
    }
  }
}
