package io.flowledger.ingest.numbers;

import io.flowledger.event.IdsClaimed;
import io.flowledger.ingest.numbers.Sequences.LostClaimsException;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the claims of the ids topic, all of them and in their order: those that are there when it
 * starts, then those that come, on a thread of its own. A claim that cannot be read now is waited
 * for, since it decides what all behind it own.
 */
final class ClaimLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClaimLog.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long RETRY_S = 1;

  /** Is told of claims, one at a time. */
  interface Fold {
    void add(IdsClaimed claim);

    /** Claims are not read any more. */
    void broken(RuntimeException cause);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final EventSerde serde;
  private final Fold fold;
  private final Thread thread = new Thread(this::read, "ids-fold");
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * @param topic the ids topic
   */
  ClaimLog(Consumer<byte[], byte[]> consumer, String topic, EventSerde serde, Fold fold) {
    this.consumer = consumer;
    this.partition = new TopicPartition(topic, 0);
    this.serde = serde;
    this.fold = fold;
  }

  static Consumer<byte[], byte[]> connect(Map<String, Object> clients) {
    return ByteConsumers.create(clients, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"));
  }

  /**
   * Folds all claims that are in the topic; blocks while it does.
   *
   * @throws LostClaimsException when the topic does not have its first claims any more
   */
  void start() {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long start = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (start > 0) {
      consumer.close();
      throw new LostClaimsException(partition, start);
    }
    PartitionReader.readToEnd(consumer, partition, this::fold);
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try (consumer) {
      while (!closed) {
        consumer.poll(POLL).forEach(this::fold);
      }
    } catch (WakeupException stopped) {
      LOG.debug("stopped");
    } catch (RuntimeException | Error e) {
      LOG.error("cannot read claims of numbers any more; creating objects will fail", e);
      fold.broken(e instanceof RuntimeException known ? known : new IllegalStateException(e));
    }
  }

  private void fold(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = Framing.framed(record.headers(), record.value());
    if (value == null
        || !(deserialize(value) instanceof EventSerde.Decoded.Known known)
        || !(known.event() instanceof IdsClaimed claim)
        || claim.getCount() < 1) {
      LOG.warn("{}@{} is no claim of numbers, ignored", partition, record.offset());
      return;
    }
    fold.add(claim);
  }

  private EventSerde.Decoded deserialize(byte[] value) {
    for (boolean told = false; ; told = true) {
      try {
        return serde.deserialize(value);
      } catch (SchemaRegistryException e) {
        if (!told) {
          LOG.warn("claims of numbers wait, since {}", e.getMessage());
        }
        awaitNextTry();
      }
    }
  }

  private void awaitNextTry() {
    try {
      if (closing.await(RETRY_S, TimeUnit.SECONDS)) {
        throw new WakeupException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WakeupException();
    }
  }

  @Override
  public void close() {
    closed = true;
    closing.countDown();
    consumer.wakeup();
  }
}
