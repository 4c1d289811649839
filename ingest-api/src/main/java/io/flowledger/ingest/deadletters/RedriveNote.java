package io.flowledger.ingest.deadletters;

import io.flowledger.schemas.topic.DeadLetterHeaders;
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
record RedriveNote(long letter, RecordPlace copy) {

  /** Empty for what is no such note. Of letters, which may have any headers, it is not asked. */
  static Optional<RedriveNote> of(ConsumerRecord<byte[], byte[]> record) {
    try {
      Headers headers = record.headers();
      return DeadLetterRecord.place(
              headers,
              DeadLetterHeaders.REDRIVEN_TOPIC,
              DeadLetterHeaders.REDRIVEN_PARTITION,
              DeadLetterHeaders.REDRIVEN_OFFSET)
          .map(
              copy ->
                  new RedriveNote(
                      Long.parseLong(
                          DeadLetterRecord.text(headers, DeadLetterHeaders.REDRIVEN_LETTER)
                              .orElse("")),
                      copy));
    } catch (NumberFormatException notOurs) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("NullAway") // a record may have neither key nor value
  ProducerRecord<byte[], byte[]> toRecord(String topic) {
    Headers headers = new RecordHeaders();
    add(headers, DeadLetterHeaders.REDRIVEN_LETTER, Long.toString(letter));
    add(headers, DeadLetterHeaders.REDRIVEN_TOPIC, copy.topic());
    add(headers, DeadLetterHeaders.REDRIVEN_PARTITION, Integer.toString(copy.partition()));
    add(headers, DeadLetterHeaders.REDRIVEN_OFFSET, Long.toString(copy.offset()));
    return new ProducerRecord<>(topic, 0, (byte[]) null, (byte[]) null, headers);
  }

  static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
