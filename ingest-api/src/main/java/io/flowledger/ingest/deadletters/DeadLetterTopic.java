package io.flowledger.ingest.deadletters;

import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the topic of the dead letters, of which it remembers what one record does not say:
 *
 * <ul>
 *   <li>which letters are there again, since their records were delivered again after a crash. The
 *       records of a partition are delivered in their order, so these are the ones that are not
 *       beyond all before them. Those that were copied with the log are made again too;
 *   <li>which have been redriven, to where; and so which letters are of copies: these stand for no
 *       other record than the first, and say that the copy was rejected too.
 * </ul>
 *
 * <p>Memory holds an entry for each letter that was redriven, and a bit for each that was copied.
 * For one thread at a time.
 */
final class DeadLetterTopic implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final int FETCH_WAIT_MS = 5;
  private static final int MOST_LAST_LETTERS = 1000;

  // What lies between two wanted letters is read too where that takes less time than a new fetch.
  private static final int WORTH_READING_THROUGH = 50;

  /** Is told letters. */
  interface LetterVisitor {
    void visit(DeadLetterRecord letter);
  }

  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private final PlaceSet copied = new PlaceSet();
  private long end;
  private final Map<TopicPartition, Long> lastSources = new HashMap<>();
  private final TreeMap<Long, Long> repeated = new TreeMap<>(); // first to last, both included
  private final Map<Long, RecordPlace> redriven = new HashMap<>();
  private final Set<RecordPlace> copies = new HashSet<>();
  private final Map<RecordPlace, String> rejections = new HashMap<>(); // of copies

  /** The last letters: that of a copy may come before the note that it is one. */
  private final Map<RecordPlace, String> lastLetters =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordPlace, String> eldest) {
          return size() > MOST_LAST_LETTERS;
        }
      };

  /**
   * @param clients settings of all Kafka clients: bootstrap servers, security
   */
  DeadLetterTopic(Map<String, Object> clients, String topic) {
    this(
        ByteConsumers.create(
            clients,
            Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                FETCH_WAIT_MS)),
        topic);
  }

  DeadLetterTopic(Consumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
  }

  /**
   * Takes in all that is in the topic now.
   *
   * @throws LogUnavailableException when it cannot be read
   */
  void catchUp() {
    try {
      consumer.seek(partition, end);
      PartitionReader.readToEnd(consumer, partition, this::fold);
      end = consumer.position(partition);
    } catch (KafkaException e) {
      throw unreadable(e);
    }
  }

  private void fold(ConsumerRecord<byte[], byte[]> record) {
    end = record.offset() + 1; // what fails later is not to bring it again
    Optional<DeadLetterRecord> letter = DeadLetterRecord.of(record);
    if (letter.isPresent()) {
      RecordPlace source = letter.get().source();
      if (isThereAlready(letter.get())) {
        repeat(record.offset());
      }
      if (copies.contains(source)) {
        rejections.put(source, letter.get().reason());
      } else {
        lastLetters.put(source, letter.get().reason());
      }
      return;
    }
    RedriveNote.of(record)
        .ifPresent(
            note -> {
              redriven.put(note.letter(), note.copy());
              copies.add(note.copy());
              String reason = lastLetters.remove(note.copy());
              if (reason != null) {
                rejections.put(note.copy(), reason);
              }
            });
  }

  /**
   * Letters that were copied with their log are in the order of the partitions that it had then;
   * the projection makes them again here.
   */
  private boolean isThereAlready(DeadLetterRecord letter) {
    return letter.isCopied()
        ? !copied.add(letter.source())
        : copied.has(letter.source()) || !isNext(letter.source());
  }

  private boolean isNext(RecordPlace source) {
    TopicPartition of = new TopicPartition(source.topic(), source.partition());
    if (source.offset() <= lastSources.getOrDefault(of, -1L)) {
      return false;
    }
    lastSources.put(of, source.offset());
    return true;
  }

  private void repeat(long offset) {
    Map.Entry<Long, Long> before = repeated.lowerEntry(offset);
    boolean goesOn = before != null && before.getValue() == offset - 1;
    repeated.put(goesOn ? before.getKey() : offset, offset);
  }

  /** Behind the last letter that is known. */
  long end() {
    return end;
  }

  /** Where the letter was redriven to the last time. */
  Optional<RecordPlace> redriven(long position) {
    return Optional.ofNullable(redriven.get(position));
  }

  /** Why a copy was rejected, if it was. */
  Optional<String> rejection(RecordPlace copy) {
    return Optional.ofNullable(rejections.get(copy));
  }

  /**
   * Visits the letters at some positions, in their order.
   *
   * @throws LogUnavailableException when they cannot be read
   */
  void read(SortedSet<Long> positions, LetterVisitor visitor) {
    long span = positions.isEmpty() ? 0 : positions.last() - positions.first();
    if (span > (long) positions.size() * WORTH_READING_THROUGH) {
      positions.forEach(position -> at(position).ifPresent(visitor::visit));
    } else if (!positions.isEmpty() && positions.first() < end) {
      read(
          Math.max(0, positions.first()),
          letter -> {
            if (positions.contains(letter.position())) {
              visitor.visit(letter);
            }
            return letter.position() < positions.last();
          });
    }
  }

  /**
   * Visits the letters from a position on, each record once, until the visitor has had enough.
   *
   * @throws LogUnavailableException when they cannot be read
   */
  void read(long from, Predicate<DeadLetterRecord> visitor) {
    scan(
        from,
        end,
        record -> {
          Optional<DeadLetterRecord> letter = DeadLetterRecord.of(record).filter(this::isFirst);
          return letter.isEmpty() || visitor.test(letter.get());
        });
  }

  /**
   * The letter at a position, if it is the one that stands for its record.
   *
   * @throws LogUnavailableException when it cannot be read
   */
  Optional<DeadLetterRecord> at(long position) {
    if (position < 0 || position >= end) {
      return Optional.empty();
    }
    Map<Long, DeadLetterRecord> found = new HashMap<>(1);
    scan(
        position,
        position + 1,
        record -> {
          if (record.offset() == position) {
            DeadLetterRecord.of(record)
                .filter(this::isFirst)
                .ifPresent(it -> found.put(position, it));
          }
          return false;
        });
    return Optional.ofNullable(found.get(position));
  }

  private boolean isFirst(DeadLetterRecord letter) {
    Map.Entry<Long, Long> range = repeated.floorEntry(letter.position());
    boolean again = range != null && letter.position() <= range.getValue();
    return !again && !copies.contains(letter.source());
  }

  private void scan(long from, long to, Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
    try {
      consumer.seek(partition, from);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition) < to) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (record.offset() >= to || !visitor.test(record)) {
            return;
          }
        }
        if (!records.isEmpty()) {
          deadline = System.nanoTime() + PATIENCE.toNanos();
        } else if (System.nanoTime() > deadline) {
          throw new KafkaException("nothing has come for " + PATIENCE.toSeconds() + " s");
        }
      }
    } catch (KafkaException e) {
      throw unreadable(e);
    }
  }

  private LogUnavailableException unreadable(KafkaException e) {
    return new LogUnavailableException(partition + " cannot be read: " + e.getMessage(), e);
  }

  /** Ends what another thread is reading; nothing can be read any more. */
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
  }
}
