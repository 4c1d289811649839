package io.flowledger.bench.data;

import io.flowledger.bench.report.BenchException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Ceiling of all writes: what Kafka's producer makes of records that are there already. */
public final class RawProducer {

  /** As many as the producer has room for. */
  public static final int UNLIMITED = 100_000;

  private static final int BATCH_BYTES = 64 << 10;
  private static final long BUFFER_BYTES = 64L << 20;
  private static final int LINGER_MS = 5;
  private static final int OPERATING_SYSTEM_BUFFER = -1;
  private static final double MICROS = 1000;
  private static final double MIB = 1 << 20;
  private static final long ACK_LIMIT_SECONDS = 30;

  private RawProducer() {}

  /** A record that is made already. */
  public record Bytes(byte[] key, byte[] value) {}

  /**
   * What was acknowledged.
   *
   * @param p50 milliseconds until the acknowledgement, as p99
   */
  public record Rate(
      double perSecond, double mbPerSecond, double meanBytes, double p50, double p99) {}

  /** Remembers the first of them. */
  static final class Failures implements Callback {
    private final AtomicReference<@Nullable Exception> first = new AtomicReference<>();

    @Override
    @SuppressWarnings("NullAway") // Kafka calls it with null where there is no failure
    public void onCompletion(RecordMetadata metadata, Exception failure) {
      if (failure != null) {
        first.compareAndSet(null, failure);
      }
    }

    void check() {
      Exception failure = first.get();
      if (failure != null) {
        throw new BenchException("an append has failed: " + failure, failure);
      }
    }
  }

  /**
   * @param full whether it is for throughput: waits a little to fill its batches
   */
  static KafkaProducer<byte[], byte[]> connect(Map<String, Object> clients, boolean full) {
    Map<String, Object> config = new HashMap<>(clients);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, full ? LINGER_MS : 0);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    config.put(ProducerConfig.SEND_BUFFER_CONFIG, OPERATING_SYSTEM_BUFFER);
    config.put(ProducerConfig.RECEIVE_BUFFER_CONFIG, OPERATING_SYSTEM_BUFFER);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Appends the records again and again.
   *
   * @param inFlight how many wait for their acknowledgement at a time
   */
  public static Rate measure(
      Map<String, Object> clients, String topic, List<Bytes> records, int inFlight, Duration time) {
    try (KafkaProducer<byte[], byte[]> producer = connect(clients, inFlight == UNLIMITED)) {
      run(producer, topic, records, inFlight, time.dividedBy(2)); // until its code is compiled
      return run(producer, topic, records, inFlight, time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static Rate run(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      List<Bytes> records,
      int inFlight,
      Duration time)
      throws InterruptedException {
    Semaphore room = new Semaphore(inFlight);
    Failures failures = new Failures();
    Histogram micros = new SynchronizedHistogram(3);
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long count = 0;
    long bytes = 0;
    for (long sent = start; sent < end; sent = System.nanoTime()) {
      if (!room.tryAcquire(ACK_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new BenchException("no acknowledgement in " + ACK_LIMIT_SECONDS + " s");
      }
      Bytes record = records.get((int) (count++ % records.size()));
      bytes += record.key().length + record.value().length;
      long from = sent;
      producer.send(
          new ProducerRecord<>(topic, record.key(), record.value()),
          (metadata, failure) -> {
            room.release();
            micros.recordValue((System.nanoTime() - from) / 1000);
            failures.onCompletion(metadata, failure);
          });
    }
    producer.flush();
    double seconds = (System.nanoTime() - start) / 1e9;
    failures.check();
    return new Rate(
        count / seconds,
        bytes / seconds / MIB,
        (double) bytes / count,
        micros.getValueAtPercentile(50) / MICROS,
        micros.getValueAtPercentile(99) / MICROS);
  }
}
