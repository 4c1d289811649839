package io.flowledger.ingest;

import io.flowledger.event.EventId;
import io.flowledger.event.Origin;
import io.flowledger.projector.EventBuilder;
import io.flowledger.projector.LocalReadModel;
import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The log without a broker: what is sent is acknowledged at once, on the sender's thread, and
 * applied to the read model; claims of numbers come back through {@link #ids()}.
 */
public final class MemoryLog extends MockProducer<byte[], byte[]> {

  /** Stands for the ids of events, which are random. */
  public static final EventId SOME_ID = new EventId(new byte[16]);

  private static final Origin LOCAL = new Origin(null, "127.0.0.1");

  private final Topics topics;
  private final EventSerde serde;
  private final LocalReadModel views;
  private final Ids ids;
  private final Queue<ProducerRecord<byte[], byte[]>> unapplied = new ArrayDeque<>();
  private boolean applying = true;
  private Optional<RuntimeException> failure = Optional.empty();
  private Runnable beforeAppend = () -> {};
  private Runnable afterAppend = () -> {};
  private Runnable beforeClaim = () -> {};
  private Optional<Late> late = Optional.empty();

  public MemoryLog(Topics topics, EventSerde serde, LocalReadModel views) {
    super(cluster(topics), true, null, new ByteArraySerializer(), new ByteArraySerializer());
    this.topics = topics;
    this.serde = serde;
    this.views = views;
    this.ids = new Ids(topics.ids());
  }

  /** The event as {@link IngestServer} writes it, with an id that stands for any. */
  public static SpecificRecord written(EventBuilder<?> event) {
    return event.id(SOME_ID).at(IngestServer.NOW).from(LOCAL).writtenBy("test/1").event();
  }

  /** What a producer knows of the topics. */
  public static Cluster cluster(Topics topics) {
    Node node = new Node(1, "localhost", 9092);
    List<PartitionInfo> partitions =
        topics.all().stream()
            .flatMap(
                topic ->
                    IntStream.range(0, topic.partitions())
                        .mapToObj(
                            partition ->
                                new PartitionInfo(
                                    topic.name(),
                                    partition,
                                    node,
                                    new Node[] {node},
                                    new Node[] {node})))
            .toList();
    return new Cluster("memory", List.of(node), partitions, Set.of(), Set.of());
  }

  /** Appends to events and heartbeats fail from now on; empty: they do not. */
  public synchronized void fail(Optional<RuntimeException> with) {
    this.failure = with;
  }

  /** What happens, once, just before the next event is appended. */
  public synchronized void beforeAppend(Runnable hook) {
    this.beforeAppend = hook;
  }

  /** What happens, once, when the next event is appended, but not acknowledged yet. */
  public synchronized void afterAppend(Runnable hook) {
    this.afterAppend = hook;
  }

  /** What happens, once, just before the next claim of numbers is appended. */
  public synchronized void beforeClaim(Runnable hook) {
    this.beforeClaim = hook;
  }

  /** How one append ends, which nobody is told of before its sender waits. */
  public static final class Late {
    private final Optional<RuntimeException> failure;
    private volatile boolean told;

    private Late(Optional<RuntimeException> failure) {
      this.failure = failure;
    }

    public boolean isTold() {
      return told;
    }

    private void tell(Thread sender, Callback callback, @Nullable RecordMetadata metadata) {
      Thread teller =
          new Thread(
              () -> {
                while (sender.getState() != Thread.State.WAITING) {
                  Thread.onSpinWait();
                }
                told = true;
                callback.onCompletion(metadata, failure.orElse(null));
              });
      teller.setDaemon(true);
      teller.start();
    }
  }

  /** The next event is told of late. If it fails, it is not in the log. */
  public synchronized Late nextIsLate(Optional<RuntimeException> with) {
    Late next = new Late(with);
    this.late = Optional.of(next);
    return next;
  }

  /** Appended events stay unapplied until {@link #applyAll}. */
  public synchronized void holdBack() {
    this.applying = false;
  }

  public synchronized void applyAll() {
    applying = true;
    while (!unapplied.isEmpty()) {
      apply(unapplied.remove());
    }
  }

  /** The consumer of the ids topic. */
  public Ids ids() {
    return ids;
  }

  /** The events and heartbeats that were appended, all with the id {@link #SOME_ID}. */
  public List<SpecificRecord> events() {
    return history().stream()
        .filter(record -> !record.topic().equals(topics.ids()))
        .map(record -> withoutId(decoded(record.value())))
        .toList();
  }

  private static SpecificRecord withoutId(SpecificRecord event) {
    Schema.Field id = event.getSchema().getField("event_id");
    if (id != null) {
      event.put(id.pos(), SOME_ID);
    }
    return event;
  }

  public SpecificRecord decoded(byte[] value) {
    return ((EventSerde.Decoded.Known) serde.deserialize(value)).event();
  }

  @Override
  public synchronized Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, Callback callback) {
    if (record.topic().equals(topics.ids())) {
      Runnable before = beforeClaim;
      beforeClaim = () -> {};
      before.run();
      Future<RecordMetadata> sent = super.send(record, callback);
      ids.add(record);
      return sent;
    }
    if (failure.isPresent()) {
      callback.onCompletion(null, failure.get());
      return CompletableFuture.failedFuture(failure.get());
    }
    Runnable before = beforeAppend;
    beforeAppend = () -> {};
    before.run();
    Optional<Late> isLate = late;
    late = Optional.empty();
    if (isLate.isPresent() && isLate.get().failure.isPresent()) {
      isLate.get().tell(Thread.currentThread(), callback, null);
      return new CompletableFuture<>();
    }
    if (applying) {
      apply(record);
    } else {
      unapplied.add(record);
    }
    Runnable after = afterAppend;
    afterAppend = () -> {};
    after.run();
    Thread sender = Thread.currentThread();
    return super.send(
        record,
        isLate
            .<Callback>map(one -> (metadata, failed) -> one.tell(sender, callback, metadata))
            .orElse(callback));
  }

  private void apply(ProducerRecord<byte[], byte[]> record) {
    views.apply(
        record.topic().equals(topics.events()) ? Position.Log.EVENTS : Position.Log.HEARTBEATS,
        record.partition(),
        record.key(),
        record.value());
  }

  /** The ids topic as a consumer sees it; waits for records as a real one does. */
  public static final class Ids extends MockConsumer<byte[], byte[]> {

    private final TopicPartition partition;
    private final Semaphore news = new Semaphore(0);
    private final CompletableFuture<Void> closedSignal = new CompletableFuture<>();
    private long end;

    Ids(String topic) {
      super("earliest");
      this.partition = new TopicPartition(topic, 0);
      updateBeginningOffsets(Map.of(partition, 0L));
      updateEndOffsets(Map.of(partition, 0L));
    }

    /** What the topic holds before anybody reads it. */
    public synchronized void holds(List<byte[]> values) {
      updateEndOffsets(Map.of(partition, (long) values.size()));
      schedulePollTask(() -> values.forEach(this::add));
      news.release();
    }

    private void add(ProducerRecord<byte[], byte[]> record) {
      add(record.value());
    }

    public synchronized void add(byte[] value) {
      if (closed()) {
        return;
      }
      addRecord(
          new ConsumerRecord<>(
              partition.topic(), partition.partition(), end++, new byte[0], value));
      news.release();
    }

    /** The next poll ends in this. */
    public void failPoll(KafkaException failure) {
      setPollException(failure);
      news.release();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      try {
        news.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS);
        news.drainPermits();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return super.poll(Duration.ZERO);
    }

    /** Completes when nobody reads any more. */
    public CompletableFuture<Void> closedSignal() {
      return closedSignal;
    }

    @Override
    public void close() {
      super.close();
      closedSignal.complete(null);
    }

    @Override
    public synchronized void wakeup() {
      super.wakeup();
      news.release();
    }
  }
}
