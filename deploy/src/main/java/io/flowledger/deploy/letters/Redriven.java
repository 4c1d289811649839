package io.flowledger.deploy.letters;

import io.flowledger.projector.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The note that a letter is in the log again, a record without a key and a value among the letters.
 *
 * @param letter its position
 * @param copy where it is
 */
record Redriven(long letter, Place copy) {

  private static final String LETTER = DeadLetter.HEADERS + "redriven.letter";
  private static final String TOPIC = DeadLetter.HEADERS + "redriven.topic";
  private static final String PARTITION = DeadLetter.HEADERS + "redriven.partition";
  private static final String OFFSET = DeadLetter.HEADERS + "redriven.offset";

  /** Empty for what is no such note. Of letters, which may have any headers, it is not asked. */
  static Optional<Redriven> of(ConsumerRecord<byte[], byte[]> record) {
    try {
      Headers headers = record.headers();
      return Letter.place(headers, TOPIC, PARTITION, OFFSET)
          .map(copy -> new Redriven(Long.parseLong(Letter.text(headers, LETTER).orElse("")), copy));
    } catch (NumberFormatException notOurs) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("NullAway") // a record may have neither key nor value
  ProducerRecord<byte[], byte[]> toRecord(String topic) {
    Headers headers = new RecordHeaders();
    add(headers, LETTER, Long.toString(letter));
    add(headers, TOPIC, copy.topic());
    add(headers, PARTITION, Integer.toString(copy.partition()));
    add(headers, OFFSET, Long.toString(copy.offset()));
    return new ProducerRecord<>(topic, 0, (byte[]) null, (byte[]) null, headers);
  }

  static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
