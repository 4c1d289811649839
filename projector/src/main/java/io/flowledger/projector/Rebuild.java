package io.flowledger.projector;

import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.schemas.Framing;
import io.flowledger.schemas.PartitionReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
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
  private static final long RECORDS_WORTH_COMPACTING = 100_000;

  /** One view that may have to be made. */
  private record Place(ViewTable.Kind kind, int partition, File taskDirectory) {
    TopicPartition source() {
      return new TopicPartition(kind.topic(), partition);
    }

    boolean isMissing() {
      return !new File(taskDirectory, kind.name()).isDirectory();
    }
  }

  private final ProjectorConfig config;
  private final String groupName;
  private final LogInspector log;
  private final ProjectorMetrics metrics;
  private final List<Place> places;
  private final ProjectionVersions versions;
  private final RebuildProgress progress = new RebuildProgress(System::nanoTime);
  private final Set<Consumer<byte[], byte[]>> consumers = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * @param groupName of the group that Kafka Streams will join, which is the name of its state
   *     directory too
   */
  Rebuild(
      ProjectorConfig config,
      String groupName,
      List<ViewTable.Kind> kinds,
      LogInspector log,
      ProjectorMetrics metrics) {
    this.config = config;
    this.groupName = groupName;
    this.log = log;
    this.metrics = metrics;
    Path groupDirectory = config.stateDir().resolve(groupName);
    this.places =
        IntStream.range(0, config.topics().partitions())
            .boxed()
            .flatMap(
                partition ->
                    kinds.stream()
                        .map(
                            kind ->
                                new Place(
                                    kind,
                                    partition,
                                    taskDirectory(groupDirectory, partition).toFile())))
            .toList();
    this.versions = new ProjectionVersions(config.stateDir(), kinds);
  }

  /** Both views of a partition belong to the one sub-topology that there is. */
  static Path taskDirectory(Path groupDirectory, int partition) {
    return groupDirectory.resolve("0_" + partition);
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
      try (ProjectorGroup group = ProjectorGroup.connect(config, groupName)) {
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
    List<OneView> views = new ArrayList<>();
    try (Producer<byte[], byte[]> deadLetters = producer()) {
      for (Place place : due) {
        if (!place.taskDirectory().isDirectory() && !place.taskDirectory().mkdirs()) {
          throw new UncheckedIOException(new IOException("cannot create " + place.taskDirectory()));
        }
        OffsetAndMetadata delivered = committed.get(place.source());
        views.add(
            new OneView(
                ViewTable.open(
                    place.kind(), place.partition(), place.taskDirectory(), resources, log),
                delivered == null ? 0 : delivered.offset(),
                deadLetters));
      }
      views.forEach(view -> progress.expect(view.expected()));
      // Those that take longest come first, so that no thread has to wait for another at the end.
      views.sort(Comparator.comparingLong(OneView::expected).reversed());
      progress.start();
      inParallel(views);
      deadLetters.flush();
      List<OneView> delivered = views.stream().filter(OneView::isDelivered).toList();
      if (group.commit(
          delivered.stream().collect(Collectors.toMap(OneView::source, OneView::nextOffset)))) {
        delivered.forEach(OneView::committed);
      }
    } finally {
      views.forEach(view -> view.table.close());
    }
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> map = new HashMap<>(config.clients());
    map.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, config.topics().maxMessageBytes() * 2);
    return new KafkaProducer<>(map, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void inParallel(List<OneView> views) {
    int threads = Math.min(views.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool =
        Executors.newFixedThreadPool(threads, task -> new Thread(task, "views-rebuild"));
    try {
      List<Future<?>> running = new ArrayList<>();
      for (OneView view : views) {
        running.add(pool.submit(view::make));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      close();
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new KafkaException("a view could not be made", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    } finally {
      pool.shutdown();
      awaitEnd(pool);
    }
  }

  /** Nobody closes a view under the thread that writes it. */
  static void awaitEnd(ExecutorService pool) {
    boolean interrupted = Thread.interrupted();
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One view while it is made. */
  private final class OneView {
    private final ViewTable table;
    private final long delivered;
    private final Producer<byte[], byte[]> deadLetters;
    private final boolean overlaps;
    private long read;
    private volatile boolean whole;
    private volatile boolean lostDeadLetter;

    /**
     * @param delivered below this offset, the group has seen to all records
     */
    OneView(ViewTable table, long delivered, Producer<byte[], byte[]> deadLetters) {
      this.table = table;
      this.delivered = delivered;
      this.deadLetters = deadLetters;
      this.overlaps = start() <= delivered;
    }

    TopicPartition source() {
      return table.partition();
    }

    private long start() {
      return Math.max(table.logState().start(), table.applied() + 1);
    }

    long expected() {
      return table.logState().end() - start();
    }

    void make() {
      Consumer<byte[], byte[]> consumer = ReplayConsumer.create(config.clients());
      consumers.add(consumer);
      try {
        if (stopped) {
          return;
        }
        consumer.assign(List.of(source()));
        consumer.seek(source(), start());
        table.startBulk();
        PartitionReader.readTo(consumer, source(), table.logState().end(), this::apply);
        table.write();
        table.endBulk();
        if (read >= RECORDS_WORTH_COMPACTING) {
          // Opened for ordinary use with that many files, it would let nobody write for a while.
          table.table().compact();
        }
        if (delivered > 0) {
          table.commit(Math.min(delivered - 1, table.applied()));
        }
        whole = true;
      } catch (WakeupException e) {
        LOG.debug("stopped");
      } finally {
        consumers.remove(consumer);
        consumer.close(CloseOptions.timeout(CLIENT_CLOSE_LIMIT));
      }
    }

    /** Whether everything up to here has been delivered, by the group or here. */
    boolean isDelivered() {
      return whole && overlaps && !lostDeadLetter;
    }

    /** Behind all that was read: a record without a key is not applied, but has been seen to. */
    OffsetAndMetadata nextOffset() {
      return new OffsetAndMetadata(Math.max(delivered, table.logState().end()));
    }

    /** The group goes on behind it. */
    void committed() {
      table.commit(nextOffset().offset() - 1);
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
      // A restoring store is not given records without a key either.
      Verdict verdict =
          record.key() == null
              ? DeadLetter.NO_KEY
              : table.apply(
                  record.key(), Framing.framed(record.headers(), record.value()), record.offset());
      if (record.offset() >= delivered) {
        deliver(record, verdict);
      }
      if (table.isFull()) {
        table.write();
      }
      read++;
      progress.done(1);
    }

    private void deliver(ConsumerRecord<byte[], byte[]> record, Verdict verdict) {
      metrics.count(record.topic(), verdict);
      if (verdict instanceof Verdict.Rejected rejected) {
        DeadLetter letter =
            DeadLetter.of(
                record.key(),
                record.value(),
                record.headers(),
                new DeadLetter.Source(record.topic(), record.partition(), record.offset()),
                rejected.reason(),
                DeadLetter.mostBytes(config.topics()));
        deadLetters.send(
            new ProducerRecord<>(
                config.topics().deadLetters(),
                null,
                RecordTime.of(record),
                letter.key(),
                letter.value(),
                letter.headers()),
            (sent, failure) -> lostDeadLetter |= failure != null);
      }
    }
  }

  /** Stops at the next record; what is made so far is kept. */
  @Override
  public void close() {
    stopped = true;
    consumers.forEach(Consumer::wakeup);
  }
}
