package io.flowledger.projector;

import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.log.EventReader;
import io.flowledger.projector.log.KafkaLogInspector;
import io.flowledger.projector.log.KafkaPartitioner;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.projection.HeartbeatsProjection;
import io.flowledger.projector.projection.Partitioner;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.Promises;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.replay.PastStates;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewKinds;
import io.flowledger.projector.streams.LastingStreams;
import io.flowledger.projector.streams.MemberClients;
import io.flowledger.projector.streams.PollEnd;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the views of the partitions that the group gives to this process, and lets them be read.
 */
public final class Projector implements ReadModel, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Projector.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(4);
  private static final long EXPIRY_CHECK_MS = 50;
  private static final long PAST_STATES_CHECK_S = 5;

  private final Topics topics;
  private final Partitioner partitioner;
  private final LocalViews views;
  private final Promises promises;
  private final RocksResources resources;
  private final LogReads log;
  private final PastStates pastStates;
  private final SchemaWaits schemaWaits;
  private final Rehearsals rehearsals;
  private final LastingStreams streams;
  private final Ownership ownership;
  private final Rebuild rebuild;
  private final Membership membership;
  private final Thread starter = new Thread(this::rebuildAndStart, "views-start");
  private final Consumer<Throwable> failed;
  private volatile boolean rebuilding = true;
  private volatile boolean closed;
  private final ScheduledExecutorService expiry =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "applied-expiry");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param failed is told of a fault after which the views do not advance any more
   * @param tenure says what may be read of the views that are here
   */
  public Projector(
      ProjectorConfig config,
      EventSerde serde,
      MeterRegistry metrics,
      Consumer<Throwable> failed,
      Tenure tenure) {
    this.topics = config.topics();
    this.partitioner = new KafkaPartitioner(topics.partitions());
    this.failed = failed;
    HostInfo self = HostInfo.buildFromEndpoint(config.applicationServer());
    this.views =
        new LocalViews(topics.partitions(), config.applyTimeout(), System::nanoTime, tenure);
    this.promises = new Promises(topics.partitions(), tenure::holds);
    this.resources = new RocksResources(config.storeMemoryBytes());
    KafkaLogInspector inspector = new KafkaLogInspector(config.clients());
    EventReader reader = new EventReader(topics.events(), config.clients());
    this.log = new LogReads(topics, reader, inspector, serde);
    PollEnd.Ends ends = new PollEnd.Ends();
    ProjectorMetrics counters = new ProjectorMetrics(metrics);
    this.schemaWaits = new SchemaWaits(metrics);
    RecordProjection projection = new EventsProjection(serde);
    ViewKind ofEvents =
        ViewKinds.events(topics.events(), topics.partitions(), schemaWaits.around(projection));
    ViewKind ofHeartbeats =
        ViewKinds.heartbeats(
            topics.heartbeats(), schemaWaits.around(new HeartbeatsProjection(serde)));
    var events =
        new ProjectorTopology.Part(
            ofEvents, resources, inspector, views.listener(Position.Log.EVENTS), ends, counters);
    var heartbeats =
        new ProjectorTopology.Part(
            ofHeartbeats,
            resources,
            inspector,
            views.listener(Position.Log.HEARTBEATS),
            ends,
            counters);
    StateFolders folders = StateFolders.of(config);
    this.pastStates =
        new PastStates(folders.pastStates(), projection, reader, resources, System::nanoTime);
    this.rehearsals = new Rehearsals(folders.rehearsals(), views, log, projection, resources);
    this.membership = new Membership(config);
    this.rebuild = new Rebuild(config, List.of(ofEvents, ofHeartbeats), inspector, counters);
    this.streams =
        new LastingStreams(
            () ->
                new KafkaStreams(
                    ProjectorTopology.of(events, heartbeats, topics),
                    StreamsSettings.of(config, ends),
                    new MemberClients(tenure::joined)),
            failed);
    ViewMeters.register(metrics, views, resources, () -> streams.current().metrics());
    this.ownership = new Ownership(views, streams::current, self, topics.events(), tenure);
  }

  /** Loads what is native, which takes a while the first time. */
  public static void loadNativeLibrary() {
    RocksResources.load();
  }

  /**
   * Makes views that are missing, and joins the group; returns at once. {@link #readiness()} says
   * when the views answer.
   */
  public void start() {
    expiry.scheduleAtFixedRate(
        views::expire, EXPIRY_CHECK_MS, EXPIRY_CHECK_MS, TimeUnit.MILLISECONDS);
    expiry.scheduleAtFixedRate(
        pastStates::expire, PAST_STATES_CHECK_S, PAST_STATES_CHECK_S, TimeUnit.SECONDS);
    expiry.scheduleAtFixedRate(streams::look, 1, 1, TimeUnit.SECONDS);
    starter.start();
  }

  private void rebuildAndStart() {
    try {
      rebuild.run();
      rebuilding = false;
      membership.renew();
      if (!closed) {
        streams.start();
      }
    } catch (RuntimeException | Error e) {
      if (!closed) {
        LOG.error("the views cannot be made", e);
        failed.accept(e);
      }
    }
  }

  /**
   * Gives the partitions to other processes: from here on, no view is here any more. Blocks until
   * that has been done.
   */
  public void leave() {
    closed = true;
    streams.leave(CLOSE_LIMIT);
  }

  @Override
  public void close() {
    closed = true;
    schemaWaits.close();
    streams.beginClose();
    rebuild.close();
    try {
      starter.join(CLOSE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    streams.close(CLOSE_LIMIT);
    expiry.shutdownNow();
    pastStates.close();
    log.close();
    resources.close();
  }

  /**
   * Copies the views that are here while they are in use, each as it is at one moment. The folder
   * gets the form of the state directory: put in its place, it is what a start goes on from.
   *
   * @param directory to make; what is in it when this fails is no checkpoint
   * @throws IOException when it cannot be written
   */
  public void checkpoint(Path directory) throws IOException {
    StateFolders copy = new StateFolders(directory, topics.prefix());
    copy.create(topics.partitions());
    views.checkpoint(copy::view);
  }

  /**
   * Copies the view of the events of one partition, if it is here, as it is at this moment.
   *
   * @param directory to make
   * @return whether it was here
   */
  public boolean checkpointEvents(int partition, Path directory) {
    return views.checkpoint(partition, Position.Log.EVENTS, directory);
  }

  /**
   * Where a projector that is not running keeps its view of the events of one partition.
   *
   * @param topicPrefix of its topics
   */
  public static Path eventsView(Path stateDir, String topicPrefix, int partition) {
    return new StateFolders(stateDir, topicPrefix).view(partition, Position.Log.EVENTS);
  }

  /**
   * The heads of the log as far as the views of a projector are that is not running. Partitions
   * whose views it has not are left out.
   *
   * @throws ProcessorStateException when a view cannot be read
   */
  public static List<PartitionHead> heads(Path stateDir, String topicPrefix) {
    return new StateFolders(stateDir, topicPrefix).heads();
  }

  // ---- reading ---------------------------------------------------------------------------------

  @Override
  public int partitions() {
    return topics.partitions();
  }

  @Override
  public int partitionOf(String flowId) {
    return partitioner.partitionOf(flowId.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Owner owner(int partition) {
    return ownership.owner(partition);
  }

  @Override
  public String eventsTopic() {
    return topics.events();
  }

  @Override
  public View view(int partition) {
    return views.view(partition);
  }

  @Override
  public Optional<Copy> replica(int partition) {
    return views.replica(partition);
  }

  @Override
  public void events(int partition, long[] offsets, RowVisitor<LoggedEvent> visitor) {
    log.events(partition, offsets, visitor);
  }

  @Override
  public long end(Position.Log of, int partition) {
    return log.end(of, partition);
  }

  /** The last records of partitions, as far as the views that are open here lack them. Blocks. */
  public List<Position> missing(Collection<Integer> of) {
    return log.missing(of, views::applied);
  }

  /** How far the views of events are that are open here for reading. */
  public Map<Integer, Long> applied() {
    return views.applied(true);
  }

  /** How far the views of events are that are kept here for other processes. */
  public Map<Integer, Long> standby() {
    return views.applied(false);
  }

  @Override
  public Promises promises() {
    return promises;
  }

  @Override
  public PastState past(PastScope scope, PastBound bound, long epochMillis) {
    int partition = partitionOf(scope.flowId());
    try {
      return pastStates.open(views.view(partition), partition, scope, bound, epochMillis);
    } catch (SchemaRegistryException e) {
      throw new LogUnavailableException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Rehearsal rehearse() {
    return rehearsals.begin(this);
  }

  @Override
  public void awaitApplied(Position position, AppliedWaiter waiter) {
    views.await(position, waiter);
  }

  @Override
  public Readiness readiness() {
    String waiting = schemaWaits.reason().or(streams::trouble).orElse("");
    if (rebuilding) {
      return new Readiness(false, waiting.isEmpty() ? rebuild.progress().toString() : waiting);
    }
    List<Integer> missing =
        views.unreadable().stream()
            .filter(partition -> !(owner(partition) instanceof Owner.Remote))
            .toList();
    return missing.isEmpty()
        ? new Readiness(true, waiting)
        : new Readiness(
            false,
            "views of partitions %s are not readable".formatted(missing)
                + (waiting.isEmpty() ? "" : "; " + waiting));
  }
}
