package io.flowledger.bench.data;

import io.flowledger.bench.process.ServerOptions;
import io.flowledger.bench.report.Bench;
import io.flowledger.deploy.server.EmbeddedKafka;
import io.flowledger.event.IdsClaimed;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.topic.TopicSchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A log with a broker and nothing else, in the folder of a server, which can be started on it
 * afterwards.
 */
public final class EventsLog implements AutoCloseable {

  private static final int PARTITIONS = 4;
  private static final int MAX_EVENT_BYTES = 64 << 20;
  private static final int SAMPLES = 20_000;

  private final Runnable end;
  private final int partitions;
  private final short replication;
  private final Map<String, Object> clients;
  private final Topics topics;
  private final TopicSchemaRegistry registry;
  private final EventSerde serde;

  private EventsLog(
      String bootstrap,
      Runnable end,
      int partitions,
      short replication,
      ServerOptions.Durability durability) {
    this.end = end;
    this.partitions = partitions;
    this.replication = replication;
    this.clients = Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    this.topics = topics("flowledger.", "_schemas", durability);
    provision(topics);
    this.registry = new TopicSchemaRegistry(clients, topics.schemas());
    this.serde = new EventSerde(registry);
    serde.register(topics.events(), EventTypes.EVENTS);
    serde.register(topics.heartbeats(), EventTypes.HEARTBEATS);
    serde.register(topics.ids(), EventTypes.IDS);
  }

  /**
   * @param data folder of a server
   */
  public static EventsLog open(Bench bench, Path data, ServerOptions.Durability durability) {
    EmbeddedKafka broker = bench.closing(EmbeddedKafka.start(data.resolve("kafka"), 0));
    return new EventsLog(
        broker.bootstrapServers(), broker::close, PARTITIONS, (short) 1, durability);
  }

  /** The log of a cluster, before any node has begun. */
  public static EventsLog connect(String bootstrap, int partitions, int replication) {
    return new EventsLog(
        bootstrap, () -> {}, partitions, (short) replication, ServerOptions.Durability.PROCESS);
  }

  private Topics topics(String prefix, String schemas, ServerOptions.Durability durability) {
    return new Topics(
        prefix,
        schemas,
        partitions,
        replication,
        durability == ServerOptions.Durability.DISK
            ? Topics.Flush.EVERY_MESSAGE
            : Topics.Flush.OPERATING_SYSTEM,
        MAX_EVENT_BYTES);
  }

  private void provision(Topics wanted) {
    try (Admin admin = Admin.create(clients)) {
      new TopicProvisioner(admin).provision(wanted);
    }
  }

  public Map<String, Object> clients() {
    return clients;
  }

  public Topics topics() {
    return topics;
  }

  public EventSerde serde() {
    return serde;
  }

  /** A topic like that of the events, for records that no view is made of. */
  public String scratchTopic(ServerOptions.Durability durability) {
    String prefix = "scratch." + durability.option() + ".";
    Topics scratch = topics(prefix, prefix + "schemas", durability);
    provision(scratch);
    return scratch.events();
  }

  /** How fast records of the sizes of real events can be appended, made beforehand. */
  public RawProducer.Rate rawRate(
      ServerOptions.Durability durability, int inFlight, java.time.Duration time) {
    return RawProducer.measure(clients, scratchTopic(durability), realRecords(), inFlight, time);
  }

  /** Key and value of real events. */
  public List<RawProducer.Bytes> realRecords() {
    SampleEvents events = new SampleEvents();
    List<RawProducer.Bytes> records = new ArrayList<>(SAMPLES);
    for (int i = 0; i < SAMPLES; i++) {
      EventSource.Sample sample = events.next();
      records.add(
          new RawProducer.Bytes(
              sample.flowId().getBytes(StandardCharsets.UTF_8), serde.serialize(sample.event())));
    }
    return records;
  }

  /** How many events, and in what time, the making of them included. */
  public record Appended(long events, double seconds) {
    public double rate() {
      return events / seconds;
    }
  }

  /**
   * Appends events as the server does, but without waiting for any, and claims their numbers, so
   * that the server goes on behind them.
   *
   * @param atLeast how many; the last run is written to its end
   */
  public Appended append(EventSource events, long atLeast) {
    long start = System.nanoTime();
    long count = 0;
    try (KafkaProducer<byte[], byte[]> producer = RawProducer.connect(clients, true)) {
      RawProducer.Failures failures = new RawProducer.Failures();
      for (; count < atLeast || !events.betweenRuns(); count++) {
        EventSource.Sample sample = events.next();
        send(producer, failures, sample.flowId(), sample.event());
      }
      producer.flush();
      double seconds = (System.nanoTime() - start) / 1e9;
      claim(producer, failures, "runs", events.runs());
      claim(producer, failures, "tasks", events.tasks());
      claim(producer, failures, "metadata", events.metadata());
      producer.flush();
      failures.check();
      return new Appended(count, seconds);
    }
  }

  /**
   * Appends a flow, its run 1, one step, and tasks of it.
   *
   * @return number of the first task
   */
  public long append(String flow, String step, int tasks) {
    long now = System.currentTimeMillis();
    RawProducer.Failures failures = new RawProducer.Failures();
    try (KafkaProducer<byte[], byte[]> producer = RawProducer.connect(clients, true)) {
      send(producer, failures, flow, SampleEvents.flow(flow, now));
      send(producer, failures, flow, SampleEvents.run(flow, 1, now));
      send(producer, failures, flow, SampleEvents.step(flow, 1, step, now));
      for (int task = 1; task <= tasks; task++) {
        send(producer, failures, flow, SampleEvents.task(flow, 1, step, task, now + task));
      }
      claim(producer, failures, "runs", 1);
      claim(producer, failures, "tasks", tasks);
      producer.flush();
    }
    failures.check();
    return 1;
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer,
      RawProducer.Failures failures,
      String flow,
      SpecificRecord event) {
    producer.send(
        new ProducerRecord<>(
            topics.events(), flow.getBytes(StandardCharsets.UTF_8), serde.serialize(event)),
        failures);
  }

  private void claim(
      KafkaProducer<byte[], byte[]> producer,
      RawProducer.Failures failures,
      String sequence,
      long count) {
    long now = System.currentTimeMillis();
    var claim = new IdsClaimed(EventIds.next(now), sequence, count, now, "flowledger/bench", false);
    producer.send(
        new ProducerRecord<>(
            topics.ids(), 0, sequence.getBytes(StandardCharsets.UTF_8), serde.serialize(claim)),
        failures);
  }

  @Override
  public void close() {
    registry.close();
    end.run();
  }
}
