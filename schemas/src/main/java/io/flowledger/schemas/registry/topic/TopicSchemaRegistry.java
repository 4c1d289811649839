package io.flowledger.schemas.registry.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowledger.schemas.registry.SchemaRefusedException;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps schemas in the compacted topic {@code _schemas}, in the records that Confluent's Schema
 * Registry writes there, so that a genuine one can be pointed at the same topic.
 *
 * <p>There is no leader. The state is the fold of the topic, see {@link SchemaCatalog}; a writer
 * that finds its number or version taken withdraws its record and tries the next one. Subject and
 * version are the key of a record, of which compaction keeps the last one: where they were taken,
 * withdrawing is writing the owner's again; where they were not, it is a tombstone, which is
 * marked, since any other one is a version that somebody has deleted for good. The record of a
 * writer that dies before it has withdrawn it is withdrawn by the next to register.
 *
 * <p>A new version is held against the earlier ones before its record is written, and again when it
 * has lost its version to another one: so no two versions are registered without knowing each
 * other.
 */
public final class TopicSchemaRegistry implements SchemaRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(TopicSchemaRegistry.class);
  private static final int FETCH_WAIT_MS = 5;
  private static final int MOST_TRIES = 100;

  /** Marks a tombstone that takes back a record which never was a version. */
  private static final Header WITHDRAWAL = new RecordHeader("flowledger.withdrawal", new byte[0]);

  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final Producer<byte[], byte[]> producer;

  private final SchemaCatalog catalog = new SchemaCatalog();

  /**
   * @param clients Kafka client settings: bootstrap servers, security
   * @param topic an existing topic of one partition
   */
  public TopicSchemaRegistry(Map<String, Object> clients, String topic) {
    this.partition = new TopicPartition(topic, 0);
    // It is asked now and then: a fetch that waits for news would keep the next one waiting.
    this.consumer =
        ByteConsumers.create(
            clients, Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS));
    Map<String, Object> producerConfig = new HashMap<>(clients);
    producerConfig.put(ProducerConfig.ACKS_CONFIG, "all");
    producerConfig.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    this.producer =
        new KafkaProducer<>(producerConfig, new ByteArraySerializer(), new ByteArraySerializer());
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  @Override
  public int register(String subject, Schema schema) {
    return registerVersion(subject, schema).id();
  }

  /**
   * The version of a subject that is this schema; makes it the next one when it is new. Blocks.
   *
   * @throws SchemaRefusedException when it contradicts the versions that the subject has, or
   *     nothing may be written under the subject
   * @throws SchemaRegistry.SchemaRegistryException when the topic cannot be reached
   */
  public synchronized SchemaRecord registerVersion(String subject, Schema wanted) {
    Schema schema = asRead(wanted);
    catchUp();
    settle();
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<SchemaRecord> known = catalog.find(subject, schema, false);
      if (known.isPresent()) {
        return known.get();
      }
      SchemaRecord record = catalog.next(subject, schema);
      append(record.key(), record.value(), List.of());
      catchUp();
      if (catalog.owns(record)) {
        return record;
      }
      LOG.info("schema id {} was taken meanwhile; registering {} again", record.id(), subject);
      settle();
    }
    throw new SchemaRegistryException(
        "others have taken %d versions of %s meanwhile".formatted(MOST_TRIES, subject));
  }

  /**
   * The schema as whoever reads its record gets it: Avro writes some texts that it does not read as
   * the same, such as half of a character, and would never find it again.
   */
  private static Schema asRead(Schema schema) {
    try {
      Schema read = parsed(schema);
      if (parsed(read).toString().equals(read.toString())) {
        return read;
      }
    } catch (RuntimeException e) {
      LOG.debug("unreadable", e);
    }
    throw new SchemaRefusedException(
        SchemaRefusedException.Reason.UNREADABLE,
        "what it is written as is read as another schema");
  }

  private static Schema parsed(Schema schema) {
    String text = new String(schema.toString().getBytes(UTF_8), UTF_8);
    return new Schema.Parser().setValidateDefaults(false).parse(text);
  }

  /** Withdraws what did not become owner of its key, whoever has written it. */
  private void settle() {
    while (!catalog.unsettled().isEmpty()) {
      for (SchemaCatalog.Key key : catalog.unsettled()) {
        byte[] bytes = SchemaRecord.key(key.subject(), key.version());
        Optional<SchemaRecord> owner = catalog.version(key.subject(), key.version(), true);
        if (owner.isPresent()) {
          append(bytes, owner.get().value(), List.of());
        } else {
          append(bytes, null, List.of(WITHDRAWAL));
        }
      }
      catchUp();
    }
  }

  /**
   * Sets what new versions of a subject owe to earlier ones. Blocks.
   *
   * @throws SchemaRegistry.SchemaRegistryException when the topic cannot be reached
   */
  public void setCompatibility(String subject, CompatibilityLevel level) {
    set(new RegistryRecord.Compatibility(subject, Optional.of(level)));
  }

  /** The same for all subjects that have no setting of their own. */
  public void setDefaultCompatibility(CompatibilityLevel level) {
    set(new RegistryRecord.Compatibility(RegistryRecord.ALL, Optional.of(level)));
  }

  private synchronized void set(RegistryRecord.Compatibility setting) {
    append(setting.key(), setting.value(), List.of());
    catchUp();
  }

  /**
   * The answer to a question about everything that was in the topic when it was asked. Blocks.
   *
   * @throws SchemaRegistry.SchemaRegistryException when the topic cannot be reached
   */
  public synchronized <T> T ask(Function<SchemaCatalog, T> question) {
    catchUp();
    return question.apply(catalog);
  }

  @Override
  public Optional<Schema> schema(int id) {
    Optional<Schema> known = catalog.schema(id);
    if (known.isPresent()) {
      return known;
    }
    synchronized (this) {
      catchUp();
    }
    return catalog.schema(id);
  }

  /**
   * The Avro schema with that {@link SchemaRecord#guid}. Blocks.
   *
   * @throws SchemaRegistry.SchemaRegistryException when the topic cannot be reached
   */
  @Override
  public Optional<Schema> schema(UUID guid) {
    return ask(catalog -> catalog.byGuid(guid.toString()))
        .flatMap(found -> catalog.schema(found.id()));
  }

  @Override
  public synchronized void close() {
    producer.close(Duration.ofSeconds(1));
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }

  private void append(byte[] key, byte @Nullable [] value, List<Header> headers) {
    try {
      producer.send(new ProducerRecord<>(partition.topic(), 0, key, value, headers)).get();
    } catch (ExecutionException | KafkaException e) {
      if (e.getCause() instanceof RecordTooLargeException || e instanceof RecordTooLargeException) {
        throw new SchemaRefusedException(
            SchemaRefusedException.Reason.TOO_LARGE,
            "The schema is larger than a record of topic " + partition.topic() + " may be");
      }
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
    catalog.fold(
        record.key(), record.value(), record.headers().lastHeader(WITHDRAWAL.key()) != null);
  }
}
