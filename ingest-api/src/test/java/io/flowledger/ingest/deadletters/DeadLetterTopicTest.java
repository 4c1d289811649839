package io.flowledger.ingest.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.schemas.topic.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Given records in the topic of the dead letters, then these letters are in it. */
class DeadLetterTopicTest {

  private static final TopicPartition TOPIC = new TopicPartition("dead-letters", 0);
  private static final byte[] NOTHING = {};

  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final MockConsumer<byte[], byte[]> consumer = new Replaying();
  private final DeadLetterTopic box = new DeadLetterTopic(consumer, TOPIC.topic());

  /** Gives all records from where it stands, however often it has given them. */
  private final class Replaying extends MockConsumer<byte[], byte[]> {
    Replaying() {
      super("earliest");
      updateBeginningOffsets(Map.of(TOPIC, 0L));
      updateEndOffsets(Map.of(TOPIC, 0L));
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
      super.seek(partition, offset);
      log.stream().filter(record -> record.offset() >= offset).forEach(this::addRecord);
    }
  }

  private void given(Headers headers) {
    log.add(
        new ConsumerRecord<>(
            TOPIC.topic(),
            0,
            log.size(),
            1000L,
            TimestampType.CREATE_TIME,
            0,
            0,
            NOTHING,
            NOTHING,
            headers,
            Optional.empty()));
    consumer.updateEndOffsets(Map.of(TOPIC, (long) log.size()));
  }

  private void letter(int partition, long offset) {
    given(letterHeaders(partition, offset));
  }

  private static Headers letterHeaders(int partition, long offset) {
    Headers headers = new RecordHeaders();
    add(headers, DeadLetterHeaders.SOURCE_TOPIC, "events");
    add(headers, DeadLetterHeaders.SOURCE_PARTITION, Integer.toString(partition));
    add(headers, DeadLetterHeaders.SOURCE_OFFSET, Long.toString(offset));
    add(headers, DeadLetterHeaders.REASON, "why");
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private void redriven(long letter, int partition, long offset) {
    ProducerRecord<byte[], byte[]> note =
        new RedriveNote(letter, new RecordPlace("events", partition, offset))
            .toRecord(TOPIC.topic());
    given(note.headers());
  }

  private List<String> read(long from) {
    box.catchUp();
    List<String> read = new ArrayList<>();
    box.read(from, letter -> read.add(letter.position() + ": " + letter.source()));
    return read;
  }

  @Test
  void lettersAreReadFromAPositionOn() {
    letter(0, 5);
    letter(1, 3);
    letter(0, 9);

    assertThat(read(0)).containsExactly("0: events-0@5", "1: events-1@3", "2: events-0@9");
    assertThat(read(2)).containsExactly("2: events-0@9");
    assertThat(read(3)).isEmpty();
    assertThat(box.at(1)).map(DeadLetterRecord::source).contains(new RecordPlace("events", 1, 3));
    assertThat(box.at(3)).isEmpty();
    assertThat(box.at(-1)).isEmpty();
  }

  @Test
  void whatWasReadBeforeAFaultIsNotTakenForARepetition() {
    letter(0, 5);
    consumer.updateEndOffsets(Map.of(TOPIC, 2L)); // of which the second cannot be read yet
    consumer.schedulePollTask(() -> {});
    consumer.schedulePollTask(() -> consumer.setPollException(new KafkaException("no broker")));
    assertThatThrownBy(box::catchUp).isExactlyInstanceOf(LogUnavailableException.class);
    letter(0, 6);

    assertThat(read(0)).containsExactly("0: events-0@5", "1: events-0@6");
  }

  @Test
  void lettersOfRecordsThatWereDeliveredAgainAreLeftOut() {
    letter(0, 5);
    letter(0, 6);
    letter(1, 2);
    letter(0, 5);
    letter(0, 6);
    letter(0, 7);
    letter(1, 2);

    assertThat(read(0))
        .containsExactly("0: events-0@5", "1: events-0@6", "2: events-1@2", "5: events-0@7");
    assertThat(box.at(3)).isEmpty();
    assertThat(box.at(6)).isEmpty();
  }

  private void copied(int partition, long offset) {
    Headers headers = letterHeaders(partition, offset);
    add(headers, DeadLetterHeaders.COPIED_FROM, "old-7@3");
    given(headers);
  }

  @Test
  void lettersThatWereCopiedWithTheirLogAreThereOnceWhateverTheirOrder() {
    copied(0, 9);
    copied(0, 5); // which was of another partition
    copied(0, 5);
    copied(1, 1L << 40);
    letter(0, 5); // made again here
    letter(0, 7); // which the old projection had not come to
    letter(0, 9);
    letter(1, 1L << 40);
    letter(0, 10);
    letter(0, 10);

    assertThat(read(0))
        .containsExactly(
            "0: events-0@9",
            "1: events-0@5",
            "3: events-1@1099511627776",
            "5: events-0@7",
            "8: events-0@10");
  }

  @Test
  void theLetterOfACopyIsLeftOutWhicheverComesFirst() {
    letter(0, 5);
    letter(0, 8); // of the first copy
    redriven(0, 0, 8);
    redriven(0, 0, 9);
    letter(0, 9); // of the second one
    letter(0, 10);

    assertThat(read(0)).containsExactly("0: events-0@5", "5: events-0@10");
    assertThat(box.redriven(0)).contains(new RecordPlace("events", 0, 9));
    assertThat(box.redriven(5)).isEmpty();
    assertThat(box.rejection(new RecordPlace("events", 0, 8))).contains("why");
    assertThat(box.rejection(new RecordPlace("events", 0, 9))).contains("why");
    assertThat(box.rejection(new RecordPlace("events", 0, 5))).isEmpty();
  }

  @Test
  void nobodyHidesALetterByTheHeadersOfHisOwnRecords() {
    letter(0, 5);
    Headers forged = new RecordHeaders();
    new RedriveNote(0, new RecordPlace("events", 0, 6))
        .toRecord("any")
        .headers()
        .forEach(forged::add);
    add(forged, DeadLetterHeaders.SOURCE_OFFSET, "1");
    letterHeaders(0, 6).forEach(forged::add);
    given(forged);

    assertThat(read(0)).containsExactly("0: events-0@5", "1: events-0@6");
    assertThat(box.redriven(0)).isEmpty();
  }

  @Test
  void whatIsNeitherALetterNorANoteIsLeftOut() {
    given(new RecordHeaders());
    Headers broken = letterHeaders(0, 5);
    add(broken, DeadLetterHeaders.SOURCE_OFFSET, "five");
    given(broken);
    letter(0, 6);

    assertThat(read(0)).containsExactly("2: events-0@6");
  }

  @Test
  void someLettersAreReadInTheirOrderFarApartOrNot() {
    for (int i = 0; i < 200; i++) {
      letter(0, i);
    }
    box.catchUp();
    for (List<Long> positions :
        List.of(List.of(7L, 3L, 5L), List.of(190L, 3L), List.of(1000L, 199L, -1L))) {
      List<Long> read = new ArrayList<>();
      box.read(new TreeSet<>(positions), letter -> read.add(letter.position()));
      assertThat(read)
          .containsExactlyElementsOf(
              positions.stream().filter(it -> it >= 0 && it < 200).sorted().toList());
    }
  }

  @Test
  void whatHasComeSinceIsReadToo() {
    letter(0, 5);
    assertThat(read(0)).hasSize(1);
    letter(0, 6);
    assertThat(read(0)).containsExactly("0: events-0@5", "1: events-0@6");
  }
}
