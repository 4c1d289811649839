package io.flowledger.projector.log;

import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.Patience;
import io.flowledger.schemas.topic.ByteConsumers;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads single records out of the log by their offsets. Keeps the consumers that it has made. */
public final class EventReader implements LogRecords, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int FETCH_BYTES = 256 << 10;
  private static final int SPARSE_FETCH_BYTES = 1; // one batch, that is
  private static final int FETCH_WAIT_MS = 5;

  // What lies between two wanted records is read too where that takes less time than a new fetch.
  private static final int WORTH_READING_THROUGH = 400;

  private final String topic;
  private final Duration patience;
  private final IdleConsumers dense;
  private final IdleConsumers sparse;

  /** Damage that the log of the server has been told of: it is met again with each read. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  public EventReader(String topic, Map<String, Object> clients) {
    this(topic, clients, PATIENCE);
  }

  /**
   * @param patience how long a reader waits for the brokers at most
   */
  public EventReader(String topic, Map<String, Object> clients, Duration patience) {
    this.topic = topic;
    this.patience = patience;
    this.dense = new IdleConsumers(() -> consumer(clients, FETCH_BYTES));
    this.sparse = new IdleConsumers(() -> consumer(clients, SPARSE_FETCH_BYTES));
  }

  /**
   * @param fetchBytes how much it asks of a broker at a time; it is sent one batch in any case
   */
  private Consumer<byte[], byte[]> consumer(Map<String, Object> clients, int fetchBytes) {
    return ByteConsumers.create(
        clients,
        Map.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none",
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            FETCH_WAIT_MS,
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            Math.toIntExact(patience.toMillis()),
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            fetchBytes));
  }

  @Override
  public void read(
      int partitionNumber, long[] offsets, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
    with(
        consumersFor(offsets),
        new TopicPartition(topic, partitionNumber),
        (consumer, partition) -> {
          consumer.assign(List.of(partition));
          new Reading(consumer, partition, patience).read(offsets, visitor);
        });
  }

  /** Of records that lie far apart each takes a fetch, which is to bring little else. */
  private IdleConsumers consumersFor(long[] offsets) {
    long span = offsets.length == 0 ? 0 : offsets[offsets.length - 1] - offsets[0];
    return span > (long) offsets.length * WORTH_READING_THROUGH ? sparse : dense;
  }

  /**
   * The offset after the last record of a partition, of whichever topic.
   *
   * @throws LogUnavailableException when it cannot be told
   */
  public long end(TopicPartition of) {
    return ends(List.of(of)).getOrDefault(of, 0L);
  }

  /**
   * The same of several partitions, which takes no longer than of one.
   *
   * @throws LogUnavailableException when one of them cannot be told
   */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> of) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    with(dense, of, (consumer, partitions) -> ends.putAll(consumer.endOffsets(partitions)));
    return ends;
  }

  private <T> void with(
      IdleConsumers consumers, T what, BiConsumer<Consumer<byte[], byte[]>, T> use) {
    Consumer<byte[], byte[]> consumer = consumers.take();
    boolean intact = false;
    try {
      use.accept(consumer, what);
      intact = true;
    } catch (KafkaException e) {
      String fault = what + " cannot be read: " + DamagedRecords.why(e);
      if (DamagedRecords.are(e) && told.add(fault)) {
        LOG.error("{}", fault);
      }
      throw new LogUnavailableException(fault, e);
    } finally {
      consumers.giveBack(consumer, intact);
    }
  }

  /** One pass over a partition. */
  private static final class Reading {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Duration patience;
    private Iterator<ConsumerRecord<byte[], byte[]>> fetched =
        List.<ConsumerRecord<byte[], byte[]>>of().iterator();
    private long next = Long.MIN_VALUE; // offset of the record that would come next
    private long end = Long.MIN_VALUE;

    Reading(Consumer<byte[], byte[]> consumer, TopicPartition partition, Duration patience) {
      this.consumer = consumer;
      this.partition = partition;
      this.patience = patience;
    }

    void read(long[] offsets, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
      for (int i = 0; i < offsets.length; ) {
        moveTo(offsets[i]);
        ConsumerRecord<byte[], byte[]> record = nextRecord(offsets[offsets.length - 1]);
        if (record == null) {
          return; // the log has lost its end
        }
        while (i < offsets.length && offsets[i] < record.offset()) {
          i++;
        }
        if (i < offsets.length && offsets[i] == record.offset()) {
          i++;
          Patience.check();
          if (!visitor.test(record)) {
            return;
          }
        }
      }
    }

    private void moveTo(long offset) {
      if (next < 0 || offset < next || offset - next > WORTH_READING_THROUGH) {
        consumer.seek(partition, offset);
        fetched = Collections.emptyIterator();
        next = offset;
      }
    }

    private @Nullable ConsumerRecord<byte[], byte[]> nextRecord(long last) {
      long deadline = System.nanoTime() + patience.toNanos();
      while (!fetched.hasNext()) {
        Patience.check();
        if (end <= last) {
          end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
        if (consumer.position(partition) >= end) {
          return null;
        }
        if (System.nanoTime() > deadline) {
          throw new KafkaException("nothing has come for " + patience.toSeconds() + " s");
        }
        fetched = consumer.poll(POLL).records(partition).iterator();
      }
      ConsumerRecord<byte[], byte[]> record = fetched.next();
      next = record.offset() + 1;
      return record;
    }
  }

  /** Whoever is reading now is not cut off. */
  @Override
  public void close() {
    dense.close();
    sparse.close();
  }
}
