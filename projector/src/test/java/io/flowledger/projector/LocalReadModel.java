package io.flowledger.projector;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.readmodel.RowVisitor;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
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

  /** The records of one partition of a topic, and the view of them. */
  private record Log(ViewTable view, List<ConsumerRecord<byte[], byte[]>> records) {

    Log(ViewTable view) {
      this(view, new ArrayList<>());
    }

    long append(byte[] key, byte @Nullable [] value) {
      long offset = end();
      view.apply(key, value, offset);
      view.write();
      records.add(record(view.partition(), offset, key, value));
      return offset;
    }

    long end() {
      return records.size();
    }

    @SuppressWarnings("NullAway") // a record may be without a value
    private static ConsumerRecord<byte[], byte[]> record(
        TopicPartition partition, long offset, byte[] key, byte @Nullable [] value) {
      return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, key, value);
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
    Topics topics = topics(partitions);
    ViewKind events = ViewKinds.events(topics.events(), partitions, new EventsProjection(serde));
    ViewKind heartbeats =
        ViewKinds.heartbeats(topics.heartbeats(), new HeartbeatsProjection(serde));
    for (int i = 0; i < partitions; i++) {
      this.partitions.add(new Partition(log(events, i), log(heartbeats, i)));
    }
  }

  /** An empty log: what an earlier model has left in the folder is not of it, and goes. */
  private Log log(ViewKind kind, int partition) {
    Path folder = Directories.create(directory.resolve("partition-" + partition));
    return new Log(ViewTable.open(kind, partition, folder.toFile(), resources, new FakeLog()));
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

  /** Appends what has been built and applies it. */
  public Position apply(EventBuilder<?> event) {
    return apply(event.event());
  }

  /** Appends a record and applies it. */
  public Position apply(Position.Log log, int partition, byte[] key, byte @Nullable [] value) {
    Position position;
    List<Waiter> reached;
    synchronized (this) {
      long offset = partitions.get(partition).of(log).append(key, value);
      position = new Position(log, partition, offset);
      reached = waiters.stream().filter(waiter -> isApplied(waiter.position())).toList();
      waiters.removeAll(reached);
    }
    reached.forEach(waiter -> waiter.waiter().applied());
    return position;
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
    return new KafkaPartitioner(partitions.size())
        .partitionOf(flowId.getBytes(StandardCharsets.UTF_8));
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
    return new RocksView(of.events().view().table(), of.heartbeats().view().table());
  }

  private void read(
      int partition, long[] offsets, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
    beforeReading.run();
    for (long offset : offsets) {
      ConsumerRecord<byte[], byte[]> record;
      synchronized (this) {
        record = partitions.get(partition).events().records().get((int) offset);
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
      partition.events().view().close();
      partition.heartbeats().view().close();
    }
    resources.close();
  }
}
