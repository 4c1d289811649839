package io.flowledger.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps schemas in the compacted topic {@code _schemas}, in the records that Confluent's Schema
 * Registry writes there, so that a genuine one can be pointed at the same topic.
 *
 * <p>There is no leader. The state is the fold of the topic, in which the first schema to take a
 * number owns it, and the first to take a version of a subject; whoever finds one of them taken
 * withdraws his record and tries the next one. Subject and version are the key of a record, of
 * which compaction keeps the last one: where they were taken, withdrawing is writing the owner's
 * again.
 */
public final class TopicSchemaRegistry implements SchemaRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(TopicSchemaRegistry.class);
  private static final int FETCH_WAIT_MS = 5;

  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final Producer<byte[], byte[]> producer;

  private final Map<Integer, Schema> schemasById = new ConcurrentHashMap<>();
  private final Map<Schema, Integer> idsBySchema = new HashMap<>();
  private final Map<String, Map<Integer, SchemaRecord>> ownersBySubjectVersion = new HashMap<>();

  /**
   * @param clients Kafka client settings: bootstrap servers, security
   * @param topic an existing topic of one partition
   */
  public TopicSchemaRegistry(Map<String, Object> clients, String topic) {
    this.partition = new TopicPartition(topic, 0);
    Map<String, Object> consumerConfig = new HashMap<>(clients);
    consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // It is asked now and then: a fetch that waits for news would keep the next one waiting.
    consumerConfig.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
    this.consumer =
        new KafkaConsumer<>(
            consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    Map<String, Object> producerConfig = new HashMap<>(clients);
    producerConfig.put(ProducerConfig.ACKS_CONFIG, "all");
    producerConfig.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    this.producer =
        new KafkaProducer<>(producerConfig, new ByteArraySerializer(), new ByteArraySerializer());
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    catchUp();
    while (true) {
      Map<Integer, SchemaRecord> versions = owners(subject);
      Integer known = idsBySchema.get(schema);
      if (known != null && versions.values().stream().anyMatch(owner -> owner.id() == known)) {
        return known;
      }
      int id = known != null ? known : nextAbove(schemasById.keySet());
      int version = nextAbove(versions.keySet());
      var record = new SchemaRecord(subject, version, id, schema.toString());
      append(record.key(), record.value());
      catchUp();
      SchemaRecord owner = owners(subject).get(version);
      if (schema.equals(schemasById.get(id)) && owner != null && owner.id() == id) {
        return id;
      }
      LOG.info("schema id {} was taken meanwhile; registering {} again", id, subject);
      append(record.key(), owner == null ? null : owner.value());
    }
  }

  private Map<Integer, SchemaRecord> owners(String subject) {
    return ownersBySubjectVersion.getOrDefault(subject, Map.of());
  }

  @Override
  public Optional<Schema> schema(int id) {
    Schema known = schemasById.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    synchronized (this) {
      catchUp();
    }
    return Optional.ofNullable(schemasById.get(id));
  }

  @Override
  public synchronized void close() {
    producer.close(Duration.ofSeconds(1));
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
  }

  private static int nextAbove(Iterable<Integer> taken) {
    int highest = 0;
    for (int value : taken) {
      highest = Math.max(highest, value);
    }
    return highest + 1;
  }

  private void append(byte[] key, byte @org.jspecify.annotations.Nullable [] value) {
    try {
      producer.send(new ProducerRecord<>(partition.topic(), 0, key, value)).get();
    } catch (ExecutionException | KafkaException e) {
      throw new SchemaRegistryException("cannot write to topic " + partition.topic(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SchemaRegistryException("interrupted", e);
    }
  }

  /** Folds everything that was in the topic when this was called. */
  private void catchUp() {
    try {
      PartitionReader.readToEnd(consumer, partition, this::fold);
    } catch (KafkaException e) {
      throw new SchemaRegistryException("cannot read topic " + partition.topic(), e);
    }
  }

  private void fold(ConsumerRecord<byte[], byte[]> record) {
    Optional<SchemaRecord> read = SchemaRecord.parse(record.key(), record.value());
    if (read.isEmpty()) {
      return; // settings, deletions and no-ops of a genuine registry
    }
    SchemaRecord entry = read.get();
    try {
      Schema schema = new Schema.Parser().parse(entry.schema());
      Schema owner = schemasById.putIfAbsent(entry.id(), schema);
      if (owner != null && !owner.equals(schema)) {
        LOG.warn("schema id {} belongs to another schema than {}", entry.id(), entry.subject());
        return;
      }
      idsBySchema.putIfAbsent(schema, entry.id());
      ownersBySubjectVersion
          .computeIfAbsent(entry.subject(), subject -> new HashMap<>())
          .putIfAbsent(entry.version(), entry);
    } catch (SchemaParseException notAvro) {
      LOG.debug("schema id {} of {} is no Avro schema", entry.id(), entry.subject());
    }
  }
}
