package io.flowledger.projector;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.readmodel.LogHead;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.RowVisitor;
import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.Topics;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A read model without Kafka: the views are what the projections have made of the records that a
 * test applied, in tables in a temporary folder. Offsets count from 0, as the log's would.
 */
public final class LocalReadModel implements ReadModel, AutoCloseable {

  private static final long MEMORY_BYTES = 8 << 20;

  /** How the waiting for positions ends. */
  public enum Waiting {
    /** As soon as the position is applied. */
    NORMAL,
    /** At once, with the word that the view cannot be read. */
    UNAVAILABLE
  }

  private record Partition(Log events, Log heartbeats) {
    Log of(Position.Log log) {
      return log == Position.Log.EVENTS ? events : heartbeats;
    }
  }

  private static final class Log {
    private final RocksTable table;
    private final RecordProjection projection;
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    private LogHead head = LogHead.EMPTY;

    StoreIdentity identity() {
      return new StoreIdentity(
          EventsProjection.VERSION,
          Uuid.ZERO_UUID,
          head.offset(),
          new RecordFingerprint(0, 0),
          head);
    }

    long end() {
      return records.size();
    }

    Log(RocksTable table, RecordProjection projection) {
      this.table = table;
      this.projection = projection;
    }
  }

  private record Waiter(Position position, AppliedWaiter waiter) {}

  private final Path directory;
  private final EventSerde serde;
  private final RocksResources resources = new RocksResources(MEMORY_BYTES);
  private final List<Partition> partitions = new ArrayList<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private final PastStates pastStates;
  private volatile Waiting waiting = Waiting.NORMAL;
  private volatile boolean viewsOpen = true;
  private volatile int unapplied;
  private volatile Runnable beforeReading = () -> {};

  public LocalReadModel(Path directory, int partitions, EventSerde serde) {
    this.directory = directory;
    this.serde = serde;
    this.pastStates =
        new PastStates(
            directory.resolve("past-states"),
            new EventsProjection(serde),
            this::read,
            resources,
            System::nanoTime);
    for (int i = 0; i < partitions; i++) {
      this.partitions.add(
          new Partition(
              new Log(table(directory, "events-" + i), new EventsProjection(serde)),
              new Log(table(directory, "heartbeats-" + i), new HeartbeatsProjection(serde))));
    }
  }

  private RocksTable table(Path directory, String name) {
    return new RocksTable(new File(directory.toFile(), name), resources);
  }

  /** Topics with that many partitions, under their usual names. */
  public static Topics topics(int partitions) {
    return new Topics(
        "flowledger.", "_schemas", partitions, (short) 1, Topics.Flush.OPERATING_SYSTEM, 8 << 20);
  }

  /** Appends an event or heartbeat and applies it. */
  public Position apply(SpecificRecord event) {
    int field = event.getSchema().getField("flow_id").pos();
    String flowId = event.get(field).toString();
    Position.Log log = event instanceof Heartbeat ? Position.Log.HEARTBEATS : Position.Log.EVENTS;
    return apply(
        log, partitionOf(flowId), flowId.getBytes(StandardCharsets.UTF_8), serde.serialize(event));
  }

  /** Appends a record and applies it. */
  public Position apply(Position.Log log, int partition, byte[] key, byte @Nullable [] value) {
    Position position;
    List<Waiter> reached;
    synchronized (this) {
      Log target = partitions.get(partition).of(log);
      try (WriteAhead ahead = new WriteAhead(target.table)) {
        Verdict verdict = target.projection.apply(key, value, target.end(), ahead);
        if (!verdict.equals(Verdict.APPLIED)) {
          ahead.put(Keys.verdict(target.end()), verdict.toRow());
        }
        target.head = target.head.next(key, value, target.end());
        ahead.put(StoreIdentity.KEY, target.identity().toRow());
        ahead.flush();
      }
      position = new Position(log, partition, target.end());
      target.records.add(new ConsumerRecord<>("events", partition, position.offset(), key, value));
      reached = waiters.stream().filter(waiter -> isApplied(waiter.position())).toList();
      waiters.removeAll(reached);
    }
    reached.forEach(waiter -> waiter.waiter().applied());
    return position;
  }

  @SuppressWarnings("NullAway") // a record may be without a value
  private static ConsumerRecord<byte[], byte[]> record(
      int partition, long offset, byte[] key, byte @Nullable [] value) {
    return new ConsumerRecord<>("events", partition, offset, key, value);
  }

  private synchronized boolean isApplied(Position position) {
    return partitions.get(position.partition()).of(position.log()).end() > position.offset();
  }

  /** How waiting ends from now on. */
  public void waiting(Waiting ends) {
    this.waiting = ends;
  }

  /** What is done from now on before the log is read. */
  public void beforeReading(Runnable step) {
    this.beforeReading = step;
  }

  /** How many wait for a position. */
  public synchronized int waiters() {
    return waiters.size();
  }

  /** Whether views can be read from now on. */
  public void viewsOpen(boolean open) {
    this.viewsOpen = open;
  }

  /** How many events the log has from now on that are not applied. */
  public void unapplied(int events) {
    this.unapplied = events;
  }

  @Override
  public int partitions() {
    return partitions.size();
  }

  @Override
  public String eventsTopic() {
    return topics(partitions.size()).events();
  }

  @Override
  public int partitionOf(String flowId) {
    return Math.floorMod(flowId.hashCode(), partitions.size());
  }

  @Override
  public Owner owner(int partition) {
    return viewsOpen ? new Owner.Local() : new Owner.Nobody();
  }

  @Override
  public RocksView view(int partition) {
    if (!viewsOpen) {
      throw new ViewUnavailableException("the view of partition " + partition + " is closed");
    }
    Partition of = partitions.get(partition);
    return new RocksView(of.events().table, of.heartbeats().table);
  }

  private void read(
      int partition, long[] offsets, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
    beforeReading.run();
    for (long offset : offsets) {
      ConsumerRecord<byte[], byte[]> record;
      synchronized (this) {
        record = partitions.get(partition).events().records.get((int) offset);
      }
      if (!visitor.test(record)) {
        return;
      }
    }
  }

  @Override
  public void events(int partition, long[] offsets, RowVisitor<LoggedEvent> visitor) {
    read(
        partition,
        offsets,
        record ->
            serde
                .event(record.value())
                .flatMap(known -> LoggedEvent.of(record.offset(), known))
                .map(visitor::visit)
                .orElse(true));
  }

  @Override
  public synchronized long end(int partition) {
    return partitions.get(partition).events().end() + unapplied;
  }

  @Override
  public PastState past(PastScope scope, PastBound bound, long epochMillis) {
    int partition = partitionOf(scope.flowId());
    return pastStates.open(view(partition), partition, scope, bound, epochMillis);
  }

  @Override
  public Rehearsal rehearse() {
    for (int partition = 0; partition < partitions(); partition++) {
      view(partition);
    }
    return new LogRehearsal(
        directory.resolve("rehearsals"),
        this,
        this::view,
        new EventsProjection(serde),
        serde,
        resources);
  }

  @Override
  public void awaitApplied(Position position, AppliedWaiter waiter) {
    if (waiting == Waiting.UNAVAILABLE) {
      waiter.unavailable(new ViewUnavailableException(position + " is not applied in time"));
      return;
    }
    synchronized (this) {
      if (!isApplied(position)) {
        waiters.add(new Waiter(position, waiter));
        return;
      }
    }
    waiter.applied();
  }

  @Override
  public Readiness readiness() {
    return new Readiness(viewsOpen, viewsOpen ? "" : "all views are closed");
  }

  @Override
  public void close() {
    pastStates.close();
    for (Partition partition : partitions) {
      partition.events().table.close();
      partition.heartbeats().table.close();
    }
    resources.close();
  }
}
