package io.flowledger.ingest.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.ingest.fixture.MemoryLog;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.DeadLetterHeaders;
import io.flowledger.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each letter has its outcome, whatever becomes of the others. */
class RedriveTest {

  private static final TopicPartition LETTERS = new TopicPartition("flowledger.dead-letters", 0);

  private final Topics topics = LocalReadModel.topics(1);
  private final EventSerde serde = MemoryRegistry.serde(topics);
  private final Replaying consumer = new Replaying();
  private final Refusing kafka = new Refusing();
  private final List<String> lines = new ArrayList<>();

  @TempDir private Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private LocalReadModel views;

  @BeforeEach
  void open() {
    views = new LocalReadModel(folder, 1, serde);
    views.waiting(LocalReadModel.Waiting.UNAVAILABLE);
  }

  @AfterEach
  void close() {
    views.close();
  }

  /** Gives all letters from where it stands. */
  private static final class Replaying extends MockConsumer<byte[], byte[]> {
    private final List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();

    Replaying() {
      super("earliest");
      updateBeginningOffsets(Map.of(LETTERS, 0L));
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      super.seek(partition, offset);
      letters.stream().filter(letter -> letter.offset() >= offset).forEach(this::addRecord);
    }
  }

  /** Takes what it does not refuse. */
  private final class Refusing extends MockProducer<byte[], byte[]> {
    private final Map<String, RuntimeException> refusals =
        Map.of(
            "large", new RecordTooLargeException("too large"),
            "invalid", new InvalidRecordException("invalid"),
            "late", new TimeoutException("no broker"));

    Refusing() {
      super(
          MemoryLog.cluster(topics),
          true,
          null,
          new ByteArraySerializer(),
          new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      byte[] value = record.value() == null ? new byte[0] : record.value();
      RuntimeException refusal = refusals.get(new String(value, StandardCharsets.UTF_8));
      if (refusal == null) {
        return super.send(record, callback);
      }
      callback.onCompletion(null, refusal);
      return CompletableFuture.failedFuture(refusal);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("NullAway") // the records have no key
  private void letters(String... values) {
    for (String value : values) {
      var headers = new RecordHeaders();
      headers.add(DeadLetterHeaders.SOURCE_TOPIC, utf8(topics.events()));
      headers.add(DeadLetterHeaders.SOURCE_PARTITION, utf8("0"));
      headers.add(
          DeadLetterHeaders.SOURCE_OFFSET, utf8(Integer.toString(100 + consumer.letters.size())));
      headers.add(DeadLetterHeaders.REASON, utf8("the record has no key"));
      consumer.letters.add(
          new ConsumerRecord<>(
              LETTERS.topic(),
              0,
              consumer.letters.size(),
              1000L,
              TimestampType.CREATE_TIME,
              0,
              0,
              null,
              utf8(value),
              headers,
              Optional.empty()));
    }
    consumer.updateEndOffsets(Map.of(LETTERS, (long) consumer.letters.size()));
  }

  private void redrive() {
    redrive(0L, 1L, 2L, 3L);
  }

  private void redrive(Long... positions) {
    try (DeadLetterTopic letterTopic = new DeadLetterTopic(consumer, LETTERS.topic());
        EventLog log = new EventLog(kafka, serde, topics, flow -> 0)) {
      letterTopic.catchUp();
      new Redrive(LETTERS.topic(), new DeadLetterOutcomes(topics, serde, views), views, log)
          .run(letterTopic, List.of(positions), false, lines::add);
    }
  }

  private static String line(int position, String outcome, String place, String reason) {
    return "{\"position\": %d, \"outcome\": \"%s\", \"now_at\": %s, \"reason\": %s}"
        .formatted(position, outcome, place, reason);
  }

  private static String counts(int appended, int rejected, int redriven) {
    return ("{\"appended\": %d, \"applied\": 0, \"superseded\": 0, \"rejected\": %d,"
            + " \"redriven\": %d, \"missing\": 0, \"more\": false}")
        .formatted(appended, rejected, redriven);
  }

  @Test
  void whatKafkaNeverTakesIsRejectedAndTheOthersAreRedriven() {
    letters("one", "large", "invalid", "two");

    redrive();

    assertThat(lines)
        .containsExactly(
            line(0, "redriven", "\"flowledger.events-0@0\"", "null"),
            line(1, "rejected", "null", "\"Kafka does not take it: too large\""),
            line(2, "rejected", "null", "\"Kafka does not take it: invalid\""),
            line(3, "redriven", "\"flowledger.events-0@1\"", "null"),
            counts(2, 2, 2));
  }

  @Test
  void whatIsAppliedWhoKnowsWhereIsRedrivenAndPromisedByNobody() {
    views.certain(false);
    letters("one", "two");

    redrive(0L, 1L);

    assertThat(lines)
        .containsExactly(
            line(0, "redriven", "\"flowledger.events-0@0\"", "null"),
            line(1, "redriven", "\"flowledger.events-0@1\"", "null"),
            counts(2, 0, 2));
    assertThat(views.promises().all()).isEmpty();
  }

  @Test
  void whatKafkaCannotTakeNowEndsTheRedriveWhenTheOthersAreTold() {
    letters("one", "late", "large", "two");

    assertThatThrownBy(this::redrive)
        .isExactlyInstanceOf(LogUnavailableException.class)
        .hasMessageContaining("no broker");

    assertThat(lines)
        .containsExactly(
            line(0, "redriven", "\"flowledger.events-0@0\"", "null"),
            line(2, "rejected", "null", "\"Kafka does not take it: too large\""),
            line(3, "redriven", "\"flowledger.events-0@1\"", "null"));
  }
}
