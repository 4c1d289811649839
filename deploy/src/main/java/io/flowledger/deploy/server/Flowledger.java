package io.flowledger.deploy.server;

import io.flowledger.deploy.cluster.ClusterRoutes;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.telemetry.PartitionLag;
import io.flowledger.http.HttpConfig;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Routes;
import io.flowledger.http.Telemetry;
import io.flowledger.http.connection.GuardedTransport;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.numbers.UsedNumbers;
import io.flowledger.projector.Projector;
import io.flowledger.projector.ProjectorConfig;
import io.flowledger.projector.Tenure;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.streams.NameTakenException;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.registry.http.HttpSchemaRegistry;
import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.Topics;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** A running server: every part of it, made here and closed here in the opposite order. */
public final class Flowledger implements AutoCloseable {

  static final Duration STOP_LIMIT = Duration.ofSeconds(2);
  static final Duration LISTEN_LIMIT = Duration.ofSeconds(10);

  private final Parts parts = new Parts();
  private final Consumer<String> progress;
  private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private Optional<KeptLog> kept = Optional.empty();
  private List<Routes> routes = List.of();
  private int port;
  private volatile boolean closed;

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
    return start(config, progress, listening -> {});
  }

  /**
   * The same, where it may have to be closed before it answers everything.
   *
   * @param listening is given it when it listens: from then on it can be closed in order
   */
  public static Flowledger start(
      ServerConfig config, Consumer<String> progress, Consumer<Flowledger> listening) {
    Flowledger server = new Flowledger(progress);
    try {
      server.startAll(config, listening);
      return server;
    } catch (StartException e) {
      server.close();
      throw server.explained(e);
    } catch (KafkaException
        | TopicProvisioner.TopicMismatchException
        | SchemaRegistry.SchemaRegistryException e) {
      server.close();
      throw server.explained(new StartException(String.valueOf(e.getMessage()), e));
    } catch (CompletionException e) { // of what was made on another thread
      server.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** Where the log in the data folder is damaged, that is what there is to say. */
  private StartException explained(StartException fault) {
    return kept.flatMap(log -> log.explanation(fault)).orElse(fault);
  }

  private void startAll(ServerConfig config, Consumer<Flowledger> listening) {
    if (config.http().port() != 0) {
      Ports.checkFree(config.http().host(), config.http().port(), "--port");
    }
    DataFolder data = parts.add(DataFolder.take(config.data()));
    // What needs no Kafka is made while Kafka starts.
    CompletableFuture<Vertx> vertxStarting = CompletableFuture.supplyAsync(Flowledger::vertx);
    // Where the start ends before it is used.
    parts.add(() -> await(vertxStarting.join().close(), STOP_LIMIT));
    WarmUp.start();
    KafkaLog kafka = KafkaLog.open(config, data, parts, progress);
    kept = kafka.kept();
    List<String> strangers = data.setStrangersAside();
    if (!strangers.isEmpty()) {
      progress.accept(
          "set aside in %s: %s".formatted(data.damaged(), String.join(", ", strangers)));
    }
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new DiskSpaceMetrics(config.data().toFile()).bindTo(metrics);
    Telemetry telemetry = Telling.of(config, parts, metrics);
    Optional<Neighbourhood> others =
        config.kafka() instanceof KafkaConfig.Cluster
            ? Optional.of(
                Neighbourhood.of(config, data, kafka, vertxStarting.join(), metrics, parts))
            : Optional.empty();
    Projector projector = projector(config, data, kafka, metrics, others);
    if (others.isEmpty()) {
      projector.start();
    }
    ReadModel readModel =
        others
            .map(found -> found.readModel(projector, config.views().applyTimeout()))
            .orElse(projector);
    EventLog log =
        parts.add(
            new EventLog(
                kafka.clients(), kafka.serde(), kafka.topics(), projector::partitionOf, metrics));
    kafka.failed().thenAccept(log.writability()::end);
    kafka.failed().thenAccept(reason -> failed.complete(new StartException(reason)));
    parts.add(watch(config, data, kafka, log, Telling.lag(kafka, projector, metrics)));
    Sequences sequences =
        parts.add(
            new Sequences(
                kafka.clients(),
                kafka.topics().ids(),
                log,
                kafka.serde(),
                config.ingest().writtenBy()));
    kafka.kept().ifPresent(kept -> keep(kept, kafka, sequences));
    Vertx vertx = vertxStarting.join();
    parts.add(() -> await(vertx.close(), STOP_LIMIT));
    RequestMemory memory = new RequestMemory(config.http().requestMemoryBytes());
    ClientPort clients = ClientPort.of(config, vertx, memory, metrics, telemetry, parts);
    Node node =
        new Node(
            config,
            data,
            kafka,
            projector,
            readModel,
            others.map(found -> found.others(readModel)),
            log,
            sequences,
            memory,
            metrics,
            vertx,
            others.map(Neighbourhood::parts),
            clients.own());
    List<Routes> own = Endpoints.of(node, parts).routes();
    List<Routes> all = new ArrayList<>(own);
    if (others.isPresent()) {
      // The others call this node before it answers for anything.
      others.get().listen(node, own, parts, progress);
      projector.start();
      all.add(0, others.get().forwarding(readModel));
    }
    Telling.listen(node, parts, progress);
    HttpConfig http = chosen(config.http());
    all.add(
        others
            .map(found -> found.picture(projector))
            .orElseGet(
                () ->
                    ClusterRoutes.ofTheOnlyOne(
                        http.host() + ":" + http.port(), Version.current(), projector, vertx)));
    // Not for the calls of other nodes, which have a secret of their own.
    Optional<Routes> gate = Entrance.gate(config, parts, vertx, clients::isOfProxy, metrics);
    routes = Stream.concat(gate.stream(), all.stream()).toList();
    port = clients.listen(http, all, gate, parts);
    others.ifPresent(found -> parts.add(() -> found.drain(projector)));
    config.access().warnings().forEach(warning -> progress.accept("warning: " + warning));
    listening.accept(this);
    progress.accept("opening the views in " + data.views());
    AwaitReady.ready(readModel, failed, () -> closed, progress);
    data.closeToOthers();
  }

  /** The event loops listen on the same port, so it is chosen before they do. */
  private static HttpConfig chosen(HttpConfig http) {
    return http.port() == 0 ? http.withPort(Ports.free()) : http;
  }

  private static Vertx vertx() {
    return GuardedTransport.vertx(
        new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
  }

  /** Begins to note how far the log goes, when no number that is in it can be given again. */
  private void keep(KeptLog kept, KafkaLog kafka, Sequences sequences) {
    if (!kept.isComplete()) {
      progress.accept("reading which numbers are taken");
      Topics topics = kafka.topics();
      UsedNumbers.claim(
          sequences, kafka.clients(), topics.events(), topics.partitions(), kafka.serde());
    }
    kept.begin();
  }

  private Projector projector(
      ServerConfig config,
      DataFolder data,
      KafkaLog kafka,
      PrometheusMeterRegistry metrics,
      Optional<Neighbourhood> others) {
    ProjectorConfig settings =
        new ProjectorConfig(
            kafka.clients(),
            kafka.topics(),
            data.views(),
            data.instanceId(),
            others
                .map(Neighbourhood::address)
                .orElse(config.http().host() + ":" + config.http().port()),
            config.views().applyTimeout(),
            kafka.sessionTimeout(),
            config.views().memoryBytes(),
            others.map(found -> found.replicas(config.cluster())));
    Tenure tenure = others.map(Neighbourhood::tenure).orElseGet(Tenure::ofTheOnlyOne);
    Projector projector =
        parts.add(new Projector(settings, kafka.serde(), metrics, this::viewsFailed, tenure));
    if (kafka.registry() instanceof HttpSchemaRegistry waitedFor) {
      parts.add(waitedFor); // closed before the projector, which cannot end while it waits for it
    }
    return projector;
  }

  private void viewsFailed(Throwable fault) {
    failed.complete(
        fault instanceof NameTakenException taken
            ? new StartException(String.valueOf(taken.getMessage()), taken)
            : fault);
  }

  private static LogWatch watch(
      ServerConfig config, DataFolder data, KafkaLog kafka, EventLog log, PartitionLag lag) {
    long reserve =
        config.kafka() instanceof KafkaConfig.Embedded embedded ? embedded.minFreeDisk() : 0;
    return new LogWatch(
            () -> Admin.create(kafka.clients()),
            kafka.topics(),
            DiskReserve.of(data.root(), reserve, log.writability()),
            log.writability(),
            lag::ask)
        .start();
  }

  /** All endpoints that it has. */
  List<Routes> routes() {
    return routes;
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /** Completes when a fault has made the server useless. */
  public CompletableFuture<Throwable> failed() {
    return failed;
  }

  static <T> T await(Future<T> future, Duration limit) {
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
  public void close() {
    closed = true;
    parts.close();
  }
}
