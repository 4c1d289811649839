package io.flowledger.projector;

import io.flowledger.schemas.PartitionReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the views that are missing, or that another version of the projection has made, from the
 * whole log before Kafka Streams starts: several partitions at a time, in large batches that are
 * not logged twice. Kafka Streams could do it too, but on one thread and slower.
 *
 * <p>It does so only while no other process is in the group, since then all partitions will be
 * given to this one. Dead letters are no matter of a rebuild: Kafka Streams delivers again what the
 * group has not committed, and they are sent then.
 */
final class Rebuild implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
  private static final Duration CLIENT_CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final int FETCH_BYTES = 4 << 20;
  private static final int POLL_RECORDS = 2000;

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
  private final String group;
  private final RocksResources resources;
  private final LogInspector log;
  private final List<Place> places;
  private final Path versionsFile;
  private final String versions;
  private final RebuildProgress progress = new RebuildProgress(System::nanoTime);
  private final Set<Consumer<byte[], byte[]>> consumers = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * @param group that Kafka Streams will join, whose name is that of its state directory too
   */
  Rebuild(
      ProjectorConfig config,
      String group,
      List<ViewTable.Kind> kinds,
      RocksResources resources,
      LogInspector log) {
    this.config = config;
    this.group = group;
    this.resources = resources;
    this.log = log;
    Path groupDirectory = config.stateDir().resolve(group);
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
    this.versionsFile = config.stateDir().resolve("projection-versions");
    this.versions =
        kinds.stream()
            .map(kind -> kind.name() + "=" + kind.version())
            .collect(Collectors.joining("\n", "", "\n"));
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
    List<Place> due = due();
    if (!due.isEmpty()) {
      try (Admin admin = Admin.create(config.clients())) {
        List<Place> recorded = withRecords(due, admin);
        if (!recorded.isEmpty() && isAlone(admin)) {
          LOG.info("making {} views from the log", recorded.size());
          make(recorded, committed(admin));
        }
      }
    }
    if (!stopped) {
      writeVersions();
    }
  }

  private List<Place> due() {
    boolean sameVersions = versions.equals(readVersions());
    return places.stream().filter(place -> !sameVersions || place.isMissing()).toList();
  }

  private String readVersions() {
    try {
      return Files.exists(versionsFile) ? Files.readString(versionsFile) : "";
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + versionsFile, e);
    }
  }

  private void writeVersions() {
    try {
      Files.createDirectories(config.stateDir());
      Files.writeString(versionsFile, versions);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + versionsFile, e);
    }
  }

  // ---- the group -------------------------------------------------------------------------------

  private boolean isAlone(Admin admin) {
    try {
      return answer(admin.describeConsumerGroups(List.of(group)).all(), "group " + group)
          .values()
          .stream()
          .flatMap(described -> described.members().stream())
          .allMatch(this::isOwn);
    } catch (GroupIdNotFoundException nobodyYet) {
      return true;
    }
  }

  /** A static member stays in the group while its process is away. */
  private boolean isOwn(MemberDescription member) {
    return member
        .groupInstanceId()
        .filter(instance -> instance.startsWith(config.instanceId() + "-"))
        .isPresent();
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Admin admin) {
    return answer(
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
        "the offsets of group " + group);
  }

  /** A first start, on an empty log, has nothing to make. */
  private static List<Place> withRecords(List<Place> places, Admin admin) {
    Map<TopicPartition, OffsetSpec> latest =
        places.stream().collect(Collectors.toMap(Place::source, place -> OffsetSpec.latest()));
    var ends = answer(admin.listOffsets(latest).all(), "the ends of the log");
    return places.stream()
        .filter(place -> ends.containsKey(place.source()) && ends.get(place.source()).offset() > 0)
        .toList();
  }

  private static <T> T answer(KafkaFuture<T> future, String what) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause
          ? cause
          : new KafkaException("cannot read " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  // ---- the views -------------------------------------------------------------------------------

  private void make(List<Place> due, Map<TopicPartition, OffsetAndMetadata> committed) {
    List<ViewTable> views = new ArrayList<>();
    try {
      for (Place place : due) {
        if (!place.taskDirectory().isDirectory() && !place.taskDirectory().mkdirs()) {
          throw new UncheckedIOException(new IOException("cannot create " + place.taskDirectory()));
        }
        ViewTable view =
            ViewTable.open(place.kind(), place.partition(), place.taskDirectory(), resources, log);
        views.add(view);
        progress.expect(
            view.logState().end() - Math.max(view.logState().start(), view.applied() + 1));
      }
      progress.start();
      inParallel(views, committed);
    } finally {
      views.forEach(ViewTable::close);
    }
  }

  private void inParallel(List<ViewTable> views, Map<TopicPartition, OffsetAndMetadata> committed) {
    int threads = Math.min(views.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool =
        Executors.newFixedThreadPool(threads, task -> new Thread(task, "views-rebuild"));
    try {
      List<Future<?>> running = new ArrayList<>();
      for (ViewTable view : views) {
        running.add(pool.submit(() -> make(view, committed.get(view.partition()))));
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
  private static void awaitEnd(ExecutorService pool) {
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

  private void make(ViewTable view, @Nullable OffsetAndMetadata group) {
    Consumer<byte[], byte[]> consumer = consumer();
    consumers.add(consumer);
    try {
      if (stopped) {
        return;
      }
      consumer.assign(List.of(view.partition()));
      consumer.seek(view.partition(), Math.max(view.logState().start(), view.applied() + 1));
      view.startBulk();
      PartitionReader.readTo(
          consumer, view.partition(), view.logState().end(), record -> apply(record, view));
      view.write();
      view.endBulk();
      if (group != null && group.offset() > 0) {
        view.commit(Math.min(group.offset() - 1, view.applied()));
      }
    } catch (WakeupException e) {
      LOG.debug("stopped");
    } finally {
      consumers.remove(consumer);
      consumer.close(CloseOptions.timeout(CLIENT_CLOSE_LIMIT));
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record, ViewTable view) {
    // A restoring store is not given records without a key either.
    if (record.key() != null) {
      view.apply(record.key(), record.value(), record.offset());
      if (view.isFull()) {
        view.write();
      }
    }
    progress.done(1);
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> map = new HashMap<>(config.clients());
    map.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    map.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    map.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    map.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS);
    return new KafkaConsumer<>(map, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Stops at the next record; what is made so far is kept. */
  @Override
  public void close() {
    stopped = true;
    consumers.forEach(Consumer::wakeup);
  }
}
