package io.flowledger.deploy.copy;

import io.flowledger.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the target, each record once and in order: the producer is idempotent, and every
 * acknowledgement has to name the offset that the record must get. If it names another, somebody
 * else writes there too.
 */
final class CopyAppender implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final int BATCH_BYTES = 256 << 10;
  private static final int LINGER_MS = 20;

  /** Beside a record of the greatest size, some of the next ones have room. */
  private static final long BUFFER_BYTES = 48L << 20;

  private static final int RECORD_OVERHEAD_BYTES = 4096;

  private final Producer<byte[], byte[]> producer;
  private final Map<String, long[]> next = new HashMap<>(); // offsets, by topic
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  CopyAppender(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  static CopyAppender connect(CopyPlace target) {
    Topics topics = target.topics();
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    config.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(BUFFER_BYTES, topics.maxMessageBytes()));
    config.putAll(target.clients());
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // With several, a broker that does not know a new topic yet may refuse the first batch and take
    // the second one.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    config.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topics.maxMessageBytes() + RECORD_OVERHEAD_BYTES);
    return new CopyAppender(
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /** What is sent to a topic from now on gets these offsets, by partition. */
  void expect(String topic, long[] offsets) {
    next.put(topic, offsets.clone());
  }

  /** Sends a record of our own. */
  @SuppressWarnings("NullAway") // a record may be without a key
  void send(String topic, byte[] value) {
    send(new ProducerRecord<>(topic, 0, null, value));
  }

  /** Sends a record as it is. */
  @SuppressWarnings("NullAway") // a record may have neither a key nor a value
  void send(
      String topic,
      int partition,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers) {
    send(
        new ProducerRecord<>(
            topic,
            partition,
            timestamp < 0 ? null : timestamp,
            key,
            value,
            new RecordHeaders(headers.toArray())));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    throwFailure();
    long[] offsets = next.get(record.topic());
    if (offsets == null || record.partition() == null) {
      throw new IllegalStateException("nothing is expected in " + record.topic());
    }
    long offset = offsets[record.partition()]++;
    try {
      producer.send(record, (written, failed) -> acknowledged(written, failed, offset));
    } catch (KafkaException e) {
      throw unwritable(record.topic(), e);
    }
  }

  private void acknowledged(
      @Nullable RecordMetadata written, @Nullable Exception failed, long offset) {
    if (failed != null) {
      failure.compareAndSet(null, unwritable("the target", failed));
    } else if (written != null && written.offset() != offset) {
      failure.compareAndSet(
          null,
          new CopyFailure(
              ("%s-%d is written by somebody else too: a record that had to be at offset %d is at %d."
                      + " Stop them, delete the topics of the target, and copy again")
                  .formatted(written.topic(), written.partition(), offset, written.offset())));
    }
  }

  private static CopyFailure unwritable(String what, Exception e) {
    return new CopyFailure(
        "cannot write to %s: %s. Copy again to go on from there".formatted(what, e.getMessage()),
        e);
  }

  /** Waits until all that was sent is written. */
  void flush() {
    producer.flush();
    throwFailure();
  }

  private void throwFailure() {
    Optional.ofNullable(failure.get())
        .ifPresent(
            failed -> {
              throw failed;
            });
  }

  @Override
  public void close() {
    producer.close(failure.get() == null ? CLOSE_LIMIT : Duration.ZERO);
  }
}
