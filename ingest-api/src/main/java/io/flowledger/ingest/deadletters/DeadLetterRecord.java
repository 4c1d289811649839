package io.flowledger.ingest.deadletters;

import io.flowledger.schemas.topic.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that the projection has rejected.
 *
 * @param position its offset among the dead letters
 * @param source where the record itself is
 * @param reason why it was rejected there
 * @param timestamp of the record, epoch milliseconds
 */
record DeadLetterRecord(
    long position,
    RecordPlace source,
    String reason,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers) {

  /** Empty for what else is in the topic. */
  static Optional<DeadLetterRecord> of(ConsumerRecord<byte[], byte[]> record) {
    Headers headers = record.headers();
    return place(
            headers,
            DeadLetterHeaders.SOURCE_TOPIC,
            DeadLetterHeaders.SOURCE_PARTITION,
            DeadLetterHeaders.SOURCE_OFFSET)
        .map(
            source ->
                new DeadLetterRecord(
                    record.offset(),
                    source,
                    text(headers, DeadLetterHeaders.REASON).orElse(""),
                    record.timestamp(),
                    record.key(),
                    record.value(),
                    headers));
  }

  /** How many bytes it takes, about. */
  int bytes() {
    return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
  }

  /** Whether it was copied with its log from elsewhere, rather than made here. */
  boolean isCopied() {
    return headers.lastHeader(DeadLetterHeaders.COPIED_FROM) != null;
  }

  /** What the topic had no room for; empty where it is all there. */
  Optional<String> leftOut() {
    return text(headers, DeadLetterHeaders.LEFT_OUT);
  }

  /** The headers that its sender gave it. */
  Headers ownHeaders() {
    Headers own = new RecordHeaders();
    for (Header header : headers) {
      if (!header.key().startsWith(DeadLetterHeaders.PREFIX)) {
        own.add(header);
      }
    }
    return own;
  }

  /** The place that three headers name; empty where they do not. */
  static Optional<RecordPlace> place(
      Headers headers, String topic, String partition, String offset) {
    try {
      return text(headers, topic)
          .map(
              name ->
                  new RecordPlace(
                      name,
                      Integer.parseInt(text(headers, partition).orElse("")),
                      Long.parseLong(text(headers, offset).orElse(""))));
    } catch (NumberFormatException notOurs) {
      return Optional.empty();
    }
  }

  /** The last header of that name: those before it are the sender's. */
  static Optional<String> text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }
}
