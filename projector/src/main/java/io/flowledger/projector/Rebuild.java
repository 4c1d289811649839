package io.flowledger.projector;

import io.flowledger.projector.log.LogContradictionException;
import io.flowledger.projector.log.LogInspector;
import io.flowledger.projector.log.PartitionThreads;
import io.flowledger.projector.log.PartitionThreads.Reading;
import io.flowledger.projector.log.ReplayConsumers;
import io.flowledger.projector.store.DamagedViews;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewTable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the views that are missing, or that another version of the projection has made, from the
 * whole log before Kafka Streams starts: several partitions at a time, in large batches that are
 * not logged twice. Kafka Streams could do it too, but on one thread and slower.
 *
 * <p>It does so only while no other process is in the group, since then all partitions will be
 * given to this one. The group goes on behind what has been read here, so what it had not delivered
 * before is counted here, and goes to the dead letters from here.
 */
final class Rebuild implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
  private static final Duration CLIENT_CLOSE_LIMIT = Duration.ofSeconds(1);

  /** One view that may have to be made. */
  private record Place(ViewKind kind, int partition, File taskDirectory) {
    TopicPartition source() {
      return new TopicPartition(kind.topic(), partition);
    }

    boolean isMissing() {
      File directory = new File(taskDirectory, kind.name());
      return !directory.isDirectory() || DamagedViews.mustBeMade(directory.toPath());
    }
  }

  private final ProjectorConfig config;
  private final LogInspector log;
  private final ProjectorMetrics metrics;
  private final List<Place> places;
  private final ProjectionVersions versions;
  private final RebuildProgress progress = new RebuildProgress(System::nanoTime);
  private final Set<Consumer<byte[], byte[]>> consumers = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  Rebuild(
      ProjectorConfig config, List<ViewKind> kinds, LogInspector log, ProjectorMetrics metrics) {
    this.config = config;
    this.log = log;
    this.metrics = metrics;
    StateFolders folders = StateFolders.of(config);
    this.places =
        IntStream.range(0, config.topics().partitions())
            .boxed()
            .flatMap(
                partition ->
                    kinds.stream()
                        .map(kind -> new Place(kind, partition, folders.task(partition).toFile())))
            .toList();
    this.versions = new ProjectionVersions(config.stateDir(), kinds);
  }

  RebuildProgress progress() {
    return progress;
  }

  /**
   * Makes what has to be made; returns at once when that is nothing.
   *
   * @throws LogContradictionException when the log has lost records that a view needs
   * @throws KafkaException when the log cannot be read
   */
  void run() {
    boolean current = versions.areCurrent();
    List<Place> due = places.stream().filter(place -> !current || place.isMissing()).toList();
    if (!due.isEmpty()) {
      try (ProjectorGroup group = ProjectorGroup.connect(config)) {
        List<Place> recorded = withRecords(due, group);
        if (!recorded.isEmpty() && group.isOnlyOurs()) {
          LOG.info("making {} views from the log", recorded.size());
          versions.forget();
          try (RocksResources resources = RocksResources.forBulk()) {
            make(recorded, group, resources);
          }
        }
      }
    }
    if (!stopped) {
      versions.write();
    }
  }

  /** A first start, on an empty log, has nothing to make. */
  private static List<Place> withRecords(List<Place> places, ProjectorGroup group) {
    Map<TopicPartition, Long> ends = group.ends(places.stream().map(Place::source).toList());
    return places.stream().filter(place -> ends.getOrDefault(place.source(), 0L) > 0).toList();
  }

  private void make(List<Place> due, ProjectorGroup group, RocksResources resources) {
    Map<TopicPartition, OffsetAndMetadata> committed = group.committed();
    List<ViewRebuild> views = new ArrayList<>();
    try (Producer<byte[], byte[]> deadLetters = producer()) {
      var setting = new ViewRebuild.Setting(config.topics(), deadLetters, metrics, progress);
      for (Place place : due) {
        if (!place.taskDirectory().isDirectory() && !place.taskDirectory().mkdirs()) {
          throw new UncheckedIOException(new IOException("cannot create " + place.taskDirectory()));
        }
        OffsetAndMetadata delivered = committed.get(place.source());
        views.add(
            new ViewRebuild(
                setting,
                ViewTable.open(
                    place.kind(), place.partition(), place.taskDirectory(), resources, log),
                delivered == null ? 0 : delivered.offset()));
      }
      views.forEach(view -> progress.expect(view.expected()));
      progress.start();
      inParallel(views);
      deadLetters.flush();
      List<ViewRebuild> delivered = views.stream().filter(ViewRebuild::isDelivered).toList();
      if (group.commit(
          delivered.stream()
              .collect(Collectors.toMap(ViewRebuild::source, ViewRebuild::nextOffset)))) {
        delivered.forEach(ViewRebuild::committed);
      }
    } finally {
      views.forEach(ViewRebuild::close);
    }
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> map = new HashMap<>(config.clients());
    map.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.topics().maxMessageBytes() * 2);
    return new KafkaProducer<>(map, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void inParallel(List<ViewRebuild> views) {
    int threads = Math.min(views.size(), Runtime.getRuntime().availableProcessors());
    List<Reading<ViewRebuild>> readings =
        views.stream().map(view -> new Reading<>(view.expected(), () -> make(view))).toList();
    try {
      new PartitionThreads("views-rebuild", threads).run(readings, this::close);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new KafkaException("a view could not be made: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ViewRebuild make(ViewRebuild view) {
    Consumer<byte[], byte[]> consumer = ReplayConsumers.create(config.clients());
    consumers.add(consumer);
    try {
      if (!stopped) {
        view.make(consumer);
      }
    } catch (WakeupException e) {
      LOG.debug("stopped");
    } finally {
      consumers.remove(consumer);
      consumer.close(CloseOptions.timeout(CLIENT_CLOSE_LIMIT));
    }
    return view;
  }

  /** Stops at the next record; what is made so far is kept. */
  @Override
  public void close() {
    stopped = true;
    consumers.forEach(Consumer::wakeup);
  }
}
