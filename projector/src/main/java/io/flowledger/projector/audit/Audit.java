package io.flowledger.projector.audit;

import io.flowledger.projector.audit.PartitionProof.Outcome;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.log.PartitionThreads;
import io.flowledger.projector.log.PartitionThreads.Reading;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.store.Folders;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewKinds;
import io.flowledger.schemas.serde.EventSerde;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Proves that the views of the events are what the log gives, and that the log is the one that they
 * were made from: it is replayed whole, and compared. The heartbeats are not: their log is
 * compacted, so what they were made from is gone.
 */
public final class Audit implements AutoCloseable {

  private final AuditedLog log;
  private final AuditedViews views;
  private final ViewKind kind;
  private final Path scratch;
  private final int threads;
  private final AuditProgress progress = new AuditProgress(System::nanoTime);
  private volatile boolean stopped;

  /**
   * @param clients settings of all Kafka clients
   * @param topic of the events
   * @param scratch folder for what is needed while it runs; made, and deleted at the end
   * @param threads how many partitions are replayed at a time
   * @throws KafkaException when the topic is not there
   */
  public Audit(
      Map<String, Object> clients,
      String topic,
      EventSerde serde,
      AuditedViews views,
      Path scratch,
      int threads) {
    this(new KafkaAuditedLog(clients, topic), serde, views, scratch, threads);
  }

  private Audit(AuditedLog log, EventSerde serde, AuditedViews views, Path scratch, int threads) {
    this(
        log,
        ViewKinds.events(log.topic(), log.partitions(), new EventsProjection(serde)),
        views,
        scratch,
        threads);
  }

  public Audit(AuditedLog log, ViewKind kind, AuditedViews views, Path scratch, int threads) {
    this.log = log;
    this.kind = kind;
    this.views = views;
    this.scratch = scratch;
    this.threads = threads;
  }

  /**
   * Runs it to its end. Blocks.
   *
   * @param recorded heads that the log must have, as they were told once
   * @param found is told of each partition when it is done, by any thread
   * @throws CancellationException when it was {@linkplain #stop stopped}
   * @throws KafkaException when the log cannot be read
   */
  public List<PartitionProof> run(List<PartitionHead> recorded, Consumer<PartitionProof> found) {
    Folders.delete(scratch);
    try (RocksResources resources = RocksResources.forBulk()) {
      Files.createDirectories(scratch);
      List<PartitionProof> proofs = new ArrayList<>(strangers(recorded));
      proofs.forEach(found);
      AuditedPartition.Setting setting =
          new AuditedPartition.Setting(log, kind, resources, progress, () -> stopped);
      proofs.addAll(
          inParallel(
              (partition, expected) -> audit(setting, partition, recorded, expected), found));
      return proofs;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + scratch, e);
    } finally {
      Folders.delete(scratch);
    }
  }

  /** Heads of what this log has not. */
  private List<PartitionProof> strangers(List<PartitionHead> recorded) {
    return recorded.stream()
        .filter(head -> head.head().offset() >= 0 && !isHere(head))
        .map(
            head ->
                new PartitionProof(
                    Outcome.DIFFERS,
                    new PartitionHead(head.topic(), head.partition(), LogHead.EMPTY),
                    0,
                    List.of(
                        new Finding(
                            head.topic() + "-" + head.partition(),
                            "there is no such partition, but its recorded head is at offset "
                                + head.head().offset())),
                    ""))
        .toList();
  }

  private boolean isHere(PartitionHead head) {
    return head.topic().equals(log.topic()) && head.partition() < log.partitions();
  }

  private interface OnePartition {
    PartitionProof audit(int partition, long expected) throws IOException;
  }

  private List<PartitionProof> inParallel(OnePartition one, Consumer<PartitionProof> found) {
    List<Reading<PartitionProof>> readings =
        IntStream.range(0, log.partitions())
            .mapToObj(partition -> reading(one, partition, log.end(partition), found))
            .toList();
    progress.expectRecords(readings.stream().mapToLong(Reading::records).sum());
    try {
      return new PartitionThreads("audit", threads).run(readings, this::stop);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new KafkaException("the audit has failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static Reading<PartitionProof> reading(
      OnePartition one, int partition, long expected, Consumer<PartitionProof> found) {
    return new Reading<>(
        expected,
        () -> {
          PartitionProof proof = one.audit(partition, expected);
          found.accept(proof);
          return proof;
        });
  }

  private PartitionProof audit(
      AuditedPartition.Setting setting, int partition, List<PartitionHead> recorded, long expected)
      throws IOException {
    Path folder = Files.createDirectory(scratch.resolve(Integer.toString(partition)));
    try {
      // First the view, then the end of the log, which is not behind it then.
      Optional<Path> view = views.folder(partition, folder.resolve("view"));
      PartitionAudit audit =
          new PartitionAudit(
              new AuditedPartition(setting, partition, folder, expected),
              recordedOf(partition, recorded));
      return view.isEmpty() ? audit.withoutView() : audit(audit, view.get(), setting);
    } finally {
      Folders.delete(folder);
    }
  }

  private static PartitionProof audit(
      PartitionAudit audit, Path view, AuditedPartition.Setting setting) {
    try (RocksTable table = RocksTable.readOnly(view.toFile(), setting.resources())) {
      return audit.of(table);
    } catch (ProcessorStateException e) {
      if (e.getCause() instanceof RocksDBException cause && isDamage(cause)) {
        return audit.damaged("its view cannot be read: " + cause.getMessage());
      }
      throw e;
    }
  }

  private static boolean isDamage(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }

  private Optional<LogHead> recordedOf(int partition, List<PartitionHead> recorded) {
    return recorded.stream()
        .filter(head -> head.topic().equals(log.topic()) && head.partition() == partition)
        .map(PartitionHead::head)
        .filter(head -> head.offset() >= 0)
        .findFirst();
  }

  /** How far it is, in words. */
  public String progress() {
    return progress.toString();
  }

  /** Stops it soon; returns at once. */
  public void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    log.close();
  }
}
